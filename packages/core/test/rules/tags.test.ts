import { expect, test } from 'vitest';
import { normaliseTags } from '../../src/rules/tags.js';
import { codeOf } from '../failure.js';

/** Returns the given number of tags. */
const createTags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));

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
  [createTags(10), createTags(10)],
])('accepts %o', ([tags, stored]) => {
  expect(normaliseTags(tags as Record<string, string>)).toStrictEqual(stored);
});

test('returns a copy ordered by key', () => {
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
  [createTags(11), 'BadRequest'],
  [{ ...createTags(10), é: 'v' }, 'InvalidTag'],
] as const)('rejects %o with %s', ([tags, code]) => {
  expect(codeOf(() => normaliseTags(tags as Record<string, string>))).toBe(code);
});
