import { expect, test } from 'vitest';
import { normaliseTags } from '../../src/rules/tags.js';
import { codeOf } from '../failure.js';

/** So many tags. */
const some = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));

test.for([
  [undefined, {}],
  [{}, {}],
  [{ a: '' }, { a: '' }],
  [
    { ' ': ' ', ' k ': ' v ' },
    { ' ': ' ', ' k ': ' v ' },
  ],
  [{ 'azAZ09 +-=._:/@': 'azAZ09 +-=._:/@' }, { 'azAZ09 +-=._:/@': 'azAZ09 +-=._:/@' }],
  [
    { 'aws:x': '1', 'AWS:x': '2' },
    { 'aws:x': '1', 'AWS:x': '2' },
  ],
  [{ ['k'.repeat(128)]: 'v'.repeat(256) }, { ['k'.repeat(128)]: 'v'.repeat(256) }],
  [some(10), some(10)],
])('takes %o', ([tags, stored]) => {
  expect(normaliseTags(tags as Record<string, string>)).toStrictEqual(stored);
});

test('gives a copy in the order of a server', () => {
  const given = { k: '1', b: '2', K: '3' };
  expect(Object.entries(normaliseTags(given))).toEqual([
    ['K', '3'],
    ['b', '2'],
    ['k', '1'],
  ]);
  expect(Object.keys(given)).toEqual(['k', 'b', 'K']);
});

test.for([
  [null, 'InvalidArgument'],
  ['a=b', 'InvalidArgument'],
  [['a'], 'InvalidArgument'],
  [new Map([['a', 'b']]), 'InvalidArgument'],
  [{ a: 1 }, 'InvalidArgument'],
  [{ a: undefined }, 'InvalidArgument'],
  [{ '': 'v' }, 'InvalidTag'],
  [{ ['k'.repeat(129)]: 'v' }, 'InvalidTag'],
  [{ k: 'v'.repeat(257) }, 'InvalidTag'],
  ...['é', '!', '#', '&', ',', '*', '\t', '\n', 'a\n', '\u0661'].flatMap((text) => [
    [{ [text]: 'v' }, 'InvalidTag'] as const,
    [{ k: text }, 'InvalidTag'] as const,
  ]),
  [some(11), 'BadRequest'],
  [{ ...some(10), é: 'v' }, 'InvalidTag'],
] as const)('refuses %o with %s', ([tags, code]) => {
  expect(codeOf(() => normaliseTags(tags as Record<string, string>))).toBe(code);
});
