import { expect, test } from 'vitest';
import type { ReadConditions, WriteConditions } from '../../src/api/options.js';
import * as conditions from '../../src/rules/conditions.js';
import { codeOf } from '../failure.js';

const { checkReadConditions, checkWriteConditions, evaluateReadConditions, evaluateSourceConditions, evaluateWriteConditions } = conditions;
const { checkIfRange, isSameObject, parseEtagList } = conditions;

const at = (seconds: number) => new Date(1_600_000_000_000 + seconds * 1000);
const object = { etag: 'same', lastModified: at(0) };

test.for([
  [{}, undefined],
  [{ ifMatch: undefined, ifNoneMatch: undefined, ifModifiedSince: undefined, ifUnmodifiedSince: undefined }, undefined],
  [{ ifMatch: '"a"' }, { ifMatch: 'a' }],
  [{ ifMatch: '*' }, { ifMatch: '*' }],
  [{ ifNoneMatch: ' "a" ' }, { ifNoneMatch: 'a' }],
  [{ ifModifiedSince: new Date(1999) }, { ifModifiedSince: new Date(1000) }],
  [{ ifUnmodifiedSince: new Date(1999) }, { ifUnmodifiedSince: new Date(1000) }],
  [
    { ifMatch: '"a"', ifUnmodifiedSince: new Date(1999) },
    { ifMatch: 'a', ifUnmodifiedSince: new Date(1000) },
  ],
])('checkReadConditions accepts %o', ([given, normalised]) => {
  expect(checkReadConditions(given as ReadConditions)).toEqual(normalised);
});

const all = { ifMatch: 'a', ifNoneMatch: 'b', ifModifiedSince: at(0), ifUnmodifiedSince: at(0) };
const names = ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'] as const;
const subsets = Array.from({ length: 16 }, (_, bits) => names.filter((_name, index) => (bits >> index) & 1));

test.for(subsets.filter((subset) => subset.length > 1))('accepts or rejects the combination %s %s %s %s', (subset) => {
  const isAllowed = subset.join() === 'ifMatch,ifUnmodifiedSince';
  const given = Object.fromEntries(subset.map((name) => [name, all[name]]));
  expect(codeOf(() => checkReadConditions(given))).toBe(isAllowed ? undefined : 'InvalidArgument');
});

test.for([
  ...['', ' ', '""', '"', 1, null, ['a'], 'é', 'a\nb', '\u007F', '\u0100'].flatMap((etag) => [{ ifMatch: etag }, { ifNoneMatch: etag }]),
  ...[0, '2020-01-01', null, new Date(Number.NaN), new Date(8.64e15)].flatMap((time) => [
    { ifModifiedSince: time },
    { ifUnmodifiedSince: time },
  ]),
])('rejects %o', (given) => {
  expect(codeOf(() => checkReadConditions(given as ReadConditions))).toBe('InvalidArgument');
  const isWrite = Object.keys(given).some((name) => name === 'ifMatch' || name === 'ifNoneMatch');
  expect(codeOf(() => checkWriteConditions(given as WriteConditions))).toBe(isWrite ? 'InvalidArgument' : undefined);
});

test.for([
  [{}, undefined],
  [{ ifMatch: '"a"' }, { ifMatch: 'a' }],
  [{ ifNoneMatch: '"a"' }, { ifNoneMatch: 'a' }],
  [{ ifMatch: '*' }, { ifMatch: '*' }],
  [{ ifNoneMatch: '*' }, { ifNoneMatch: '*' }],
  [{ ifNoneMatch: '"*"' }, { ifNoneMatch: '"*"' }],
])('checkWriteConditions accepts %o', ([given, normalised]) => {
  expect(checkWriteConditions(given as WriteConditions)).toStrictEqual(normalised);
});

test('rejects two write conditions', () => {
  expect(codeOf(() => checkWriteConditions({ ifMatch: '*', ifNoneMatch: '*' }))).toBe('InvalidArgument');
});

// The expected codes for a read, and for the source of a copy.
test.for([
  [undefined, undefined, undefined],
  [{ ifMatch: 'same' }, undefined, undefined],
  [{ ifMatch: '*' }, undefined, undefined],
  [{ ifMatch: 'another' }, 'PreconditionFailed', 'PreconditionFailed'],
  [{ ifMatch: 'SAME' }, 'PreconditionFailed', 'PreconditionFailed'],
  [{ ifMatch: 'same, another' }, 'PreconditionFailed', 'PreconditionFailed'],
  [{ ifMatch: 'W/"same' }, 'PreconditionFailed', 'PreconditionFailed'],
  [{ ifMatch: '"*"' }, 'PreconditionFailed', 'PreconditionFailed'],
  [{ ifNoneMatch: 'same' }, 'NotModified', 'PreconditionFailed'],
  [{ ifNoneMatch: '*' }, 'NotModified', 'PreconditionFailed'],
  [{ ifNoneMatch: 'another' }, undefined, undefined],
  [{ ifNoneMatch: '"*"' }, undefined, undefined],
  [{ ifModifiedSince: at(-1) }, undefined, undefined],
  [{ ifModifiedSince: at(0) }, 'NotModified', 'PreconditionFailed'],
  [{ ifModifiedSince: at(1) }, 'NotModified', 'PreconditionFailed'],
  [{ ifUnmodifiedSince: at(-1) }, 'PreconditionFailed', 'PreconditionFailed'],
  [{ ifUnmodifiedSince: at(0) }, undefined, undefined],
  [{ ifUnmodifiedSince: at(1) }, undefined, undefined],
  [{ ifMatch: 'same', ifUnmodifiedSince: at(-1) }, undefined, 'PreconditionFailed'],
  [{ ifMatch: 'same', ifUnmodifiedSince: at(0) }, undefined, undefined],
  [{ ifMatch: 'another', ifUnmodifiedSince: at(-1) }, 'PreconditionFailed', 'PreconditionFailed'],
  [{ ifMatch: 'another', ifUnmodifiedSince: at(0) }, 'PreconditionFailed', 'PreconditionFailed'],
] as const)('%o: a read fails with %s, a copy with %s', ([given, readCode, copyCode]) => {
  expect(codeOf(() => evaluateReadConditions(given, object))).toBe(readCode);
  expect(codeOf(() => evaluateSourceConditions({ bucket: 'from', key: 'k', conditions: given }, object))).toBe(copyCode);
});

// The expected codes for a write with and without an existing object.
test.for([
  [undefined, undefined, undefined],
  [{}, undefined, undefined],
  [{ ifMatch: 'same' }, undefined, 'NoSuchKey'],
  [{ ifMatch: '*' }, undefined, 'NoSuchKey'],
  [{ ifMatch: 'another' }, 'PreconditionFailed', 'NoSuchKey'],
  [{ ifNoneMatch: 'same' }, 'PreconditionFailed', undefined],
  [{ ifNoneMatch: '*' }, 'PreconditionFailed', undefined],
  [{ ifNoneMatch: 'another' }, undefined, undefined],
  [{ ifNoneMatch: '"*"' }, undefined, undefined],
] as const)('%o: a write fails with %s over an object, with %s without one', ([given, codeWithObject, codeWithoutObject]) => {
  expect(codeOf(() => evaluateWriteConditions(given, object))).toBe(codeWithObject);
  expect(codeOf(() => evaluateWriteConditions(given, undefined))).toBe(codeWithoutObject);
});

test.for([{ ifMatch: 'other' }, { ifNoneMatch: 'same' }, { ifModifiedSince: at(0) }, { ifUnmodifiedSince: at(-1) }])(
  'the error of the failed source condition %o has the bucket and key of the source',
  (given) => {
    const source = { bucket: 'from', key: 'k', conditions: given };
    expect(() => evaluateSourceConditions(source, object)).toThrow(
      expect.objectContaining({ code: 'PreconditionFailed', bucket: 'from', key: 'k' }),
    );
  },
);

test.for([
  ['"a", "b"', ['a', 'b']],
  ['"a","b"', ['a', 'b']],
  [' W/"a" ,\t"b" ', ['a', 'b']],
  ['a, b', ['a', 'b']],
  ['"a,b", "c"', ['a,b', 'c']],
  ['"*", "c"', ['"*"', 'c']],
  ['W/"a"', ['a']],
  ['W/"*"', ['"*"']],
  ['"a,b"', ['a,b']],
  ['"a"', undefined],
  ['a', undefined],
  ['*', undefined],
  ['"*"', undefined],
  ['"a" "b"', undefined],
  ['"a",', undefined],
  ['', undefined],
] as const)('parseEtagList of %j', ([text, etags]) => {
  expect(parseEtagList(text)).toEqual(etags);
});

test.for(['*, "a"', '"a", *', '*,*'])('parseEtagList rejects %j', (text) => {
  expect(codeOf(() => parseEtagList(text))).toBe('InvalidArgument');
});

test.for([
  ['same', true],
  ['"same"', true],
  ['other', false],
  ['W/"same"', false],
  ['"other", "same"', false],
  [at(0), true],
  [at(0.9), true],
  [at(1), false],
  [at(-1), false],
  [at(0).toUTCString(), true],
  [at(1).toUTCString(), false],
] as const)('isSameObject of %o is %s', ([ifRange, same]) => {
  expect(isSameObject(checkIfRange(ifRange), object)).toBe(same);
});

test.for(['', '""', ' ', '*', 1, null, ['a'], 'é', 'a\nb', new Date(Number.NaN), 'Foo, bar GMT'])('checkIfRange rejects %o', (value) => {
  expect(codeOf(() => checkIfRange(value))).toBe('InvalidArgument');
});
