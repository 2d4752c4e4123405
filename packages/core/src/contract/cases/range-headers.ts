import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pattern } from '../bodies.js';
import { assertSameBytes, expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

const text = 'arbitrary data';

/** Range headers for a body of 14 bytes, with the start and end of the returned bytes. */
const satisfiable: Readonly<Record<string, readonly [string, number, number]>> = {
  'range-headers/first-byte': ['bytes=0-0', 0, 1],
  'range-headers/middle': ['bytes=2-4', 2, 5],
  'range-headers/last-byte': ['bytes=13-13', 13, 14],
  'range-headers/whole': ['bytes=0-13', 0, 14],
  'range-headers/end-clamped': ['bytes=2-99', 2, 14],
  'range-headers/end-huge': ['bytes=2-99999999999999999999', 2, 14],
  'range-headers/open': ['bytes=3-', 3, 14],
  'range-headers/suffix': ['bytes=-4', 10, 14],
  'range-headers/suffix-clamped': ['bytes=-99', 0, 14],
  'range-headers/suffix-huge': ['bytes=-99999999999999999999', 0, 14],
  'range-headers/leading-zeros': ['bytes=002-004', 2, 5],
  'range-headers/unit-in-upper-case': ['Bytes=2-4', 2, 5],
  'range-headers/surrounding-blanks': [' bytes=2-4 ', 2, 5],
};

/** Range headers that no byte of the object satisfies. */
const unsatisfiable: Readonly<Record<string, string>> = {
  'range-headers/past-end': 'bytes=14-',
  'range-headers/past-end-huge': 'bytes=99999999999999999999-',
  'range-headers/backward': 'bytes=5-2',
  'range-headers/empty-suffix': 'bytes=-0',
};

const malformed = [
  '',
  'bytes',
  'bytes=',
  'bytes=-',
  '0-1',
  'items=0-1',
  'bytes 0-1',
  'bytes=a-b',
  'bytes=1.5-2',
  'bytes=--1',
  'bytes=+1-2',
];

const several = ['bytes=0-1,3-4', 'bytes=0-1, 3-4', 'bytes=0-0,-1', 'bytes=0-1,'];

/** Reading ranges that are given as an HTTP header. */
export const rangeHeaderCases = [
  ...entriesOf(satisfiable).map(([id, [range, start, end]]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('k', text);
      const object = await bucket.get('k', { range });
      assert.deepEqual({ ...object.range }, { start, end, size: 14 });
      assert.equal(object.info.size, 14);
      assert.equal(await object.text(), text.slice(start, end));
    }),
  ),

  ...entriesOf(unsatisfiable).map(([id, range]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('k', text);
      await expectError(() => bucket.get('k', { range }), 'InvalidRange', { operation: 'get', bucket: bucket.name, key: 'k' });
    }),
  ),

  contractCase('range-headers/malformed', async ({ bucket }) => {
    await bucket.put('k', text);
    for (const range of malformed) await expectError(() => bucket.get('k', { range }), 'InvalidArgument', { operation: 'get', key: 'k' });
  }),

  contractCase('range-headers/several-ranges', async ({ bucket }) => {
    await bucket.put('k', text);
    for (const range of several) await expectError(() => bucket.get('k', { range }), 'InvalidArgument', { operation: 'get', key: 'k' });
  }),

  contractCase('range-headers/empty-object', async ({ bucket }) => {
    await bucket.put('k', '');
    await expectError(() => bucket.get('k', { range: 'bytes=0-' }), 'InvalidRange');
    assert.equal(await (await bucket.get('k', { range: 'bytes=-3' })).text(), '');
  }),

  contractCase('range-headers/large-body', async ({ bucket }) => {
    const body = pattern(300_000);
    await bucket.put('k', body);
    assertSameBytes(await (await bucket.get('k', { range: 'bytes=1000-200999' })).bytes(), body.subarray(1000, 201_000));
  }),

  contractCase('range-headers/fget', async ({ bucket, createTempFolder }) => {
    await bucket.put('k', text);
    const path = join(await createTempFolder(), 'file');
    await bucket.fget('k', path, { range: 'bytes=-4' });
    assert.equal(await readFile(path, 'utf8'), 'data');
  }),
];
