import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { isPlainObject } from '../../src/rules/is-plain-object.js';

test.for([
  [{}, true],
  [{ a: 1 }, true],
  [Object.create(null), true],
  [runInNewContext('({ a: 1 })'), true],
  [[], false],
  [new Map([['a', 'b']]), false],
  [new Headers({ a: 'b' }), false],
  [new URLSearchParams('a=b'), false],
  [new Date(), false],
  [() => {}, false],
  ['text', false],
  [null, false],
  [undefined, false],
] as const)('isPlainObject(%o) is %s', ([value, expected]) => {
  expect(isPlainObject(value)).toBe(expected);
});
