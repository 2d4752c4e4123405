import assert from 'node:assert/strict';
import type { RangeRequest } from '../../api/options.js';
import { MiB, pattern } from '../bodies.js';
import { collect, expectError, assertSameBytes } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

const text = 'arbitrary data';

/** Ranges of a body of 14 bytes, with the start and end of the returned bytes. */
const satisfiable: Readonly<Record<string, readonly [RangeRequest, number, number]>> = {
  'ranges/middle': [{ start: 2, end: 5 }, 2, 5],
  'ranges/first-byte': [{ start: 0, end: 1 }, 0, 1],
  'ranges/last-byte': [{ start: 13, end: 14 }, 13, 14],
  'ranges/whole': [{ start: 0, end: 14 }, 0, 14],
  'ranges/end-clamped': [{ start: 2, end: 100 }, 2, 14],
  'ranges/end-one-past-size': [{ start: 13, end: 15 }, 13, 14],
  'ranges/end-max-safe-integer': [{ start: 0, end: Number.MAX_SAFE_INTEGER }, 0, 14],
  'ranges/from-first-byte': [{ start: 0 }, 0, 14],
  'ranges/from-offset': [{ start: 3 }, 3, 14],
  'ranges/from-last-byte': [{ start: 13 }, 13, 14],
  'ranges/suffix-1': [{ suffix: 1 }, 13, 14],
  'ranges/suffix-2': [{ suffix: 2 }, 12, 14],
  'ranges/suffix-whole': [{ suffix: 14 }, 0, 14],
  'ranges/suffix-clamped': [{ suffix: 100 }, 0, 14],
};

/** Ranges that are empty for any object. */
const empty: Readonly<Record<string, RangeRequest>> = {
  'ranges/empty/backward': { start: 5, end: 2 },
  'ranges/empty/zero-length': { start: 0, end: 0 },
  'ranges/empty/zero-length-within-object': { start: 7, end: 7 },
  'ranges/empty/suffix-0': { suffix: 0 },
};

/** Ranges past the end of the 14 bytes. */
const pastEnd: Readonly<Record<string, RangeRequest>> = {
  'ranges/past-end/start-at-size': { start: 14 },
  'ranges/past-end/range-at-size': { start: 14, end: 15 },
  'ranges/past-end/range-far-past-end': { start: 200, end: 300 },
  'ranges/past-end/start-far-past-end': { start: 200 },
};

const malformed: readonly unknown[] = [
  null,
  '0-1',
  [0, 1],
  {},
  { end: 3 },
  { start: -1 },
  { start: 1.5 },
  { start: Number.NaN },
  { start: Infinity },
  { start: '0' },
  { start: 0, end: -1 },
  { start: 0, end: 1.5 },
  { start: 0, end: null },
  { start: 0, suffix: 2 },
  { end: 3, suffix: 2 },
  { suffix: -1 },
  { suffix: 1.5 },
  { start: 0, end: 1, step: 1 },
  { start: 2 ** 53 },
];

const partSize = 5 * MiB;
/** Ranges across the boundaries of chunks and parts. */
const multipart: Readonly<Record<string, readonly [number, number]>> = {
  'ranges/multipart/first-bytes': [0, 10],
  'ranges/multipart/64-kib-boundary': [65_535, 65_537],
  'ranges/multipart/mib-boundary': [MiB - 1, MiB + 1],
  'ranges/multipart/many-chunks': [100_001, 1_234_567],
  'ranges/multipart/part-boundary': [partSize - 1, partSize + 1],
  'ranges/multipart/second-part': [partSize, partSize + 10],
  'ranges/multipart/last-bytes': [partSize + 90_000, partSize + 100_000],
};

/** Reading ranges of objects. */
export const rangeCases = [
  ...entriesOf(satisfiable).map(([id, [range, start, end]]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('k', text, { contentType: 'text/plain', metadata: { a: 'b' } });
      const object = await bucket.get('k', { range });
      assert.deepEqual({ ...object.range }, { start, end, size: 14 });
      assert.deepEqual(object.info, await bucket.stat('k'));
      assert.equal(object.info.size, 14);
      assert.equal(await object.text(), text.slice(start, end));
    }),
  ),

  ...entriesOf(empty).map(([id, range]) =>
    contractCase(id, async ({ datastore, bucket, unusedName }) => {
      await bucket.put('k', text);
      await expectError(() => bucket.get('k', { range }), 'InvalidRange', { operation: 'get', bucket: bucket.name, key: 'k' });
      // The range is checked before any I/O, so a missing object or bucket makes no difference.
      await expectError(() => bucket.get('missing', { range }), 'InvalidRange');
      await expectError(() => datastore.bucket(unusedName()).get('k', { range }), 'InvalidRange');
    }),
  ),

  ...entriesOf(pastEnd).map(([id, range]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('k', text);
      await expectError(() => bucket.get('k', { range }), 'InvalidRange', { operation: 'get', bucket: bucket.name, key: 'k' });
      await expectError(() => bucket.get('missing', { range }), 'NoSuchKey');
    }),
  ),

  contractCase('ranges/malformed', async ({ bucket }) => {
    await bucket.put('k', text);
    for (const range of malformed)
      await expectError(() => bucket.get('k', { range: range as RangeRequest }), 'InvalidArgument', { operation: 'get', key: 'k' });
  }),

  contractCase('ranges/empty-object', async ({ bucket }) => {
    await bucket.put('k', '');
    for (const range of [{ start: 0 }, { start: 0, end: 1 }, { start: 1 }])
      await expectError(() => bucket.get('k', { range }), 'InvalidRange');
    for (const range of [{ suffix: 1 }, { suffix: 100 }]) {
      const object = await bucket.get('k', { range });
      assert.deepEqual({ ...object.range }, { start: 0, end: 0, size: 0 });
      assert.equal(await object.text(), '');
    }
  }),

  contractCase('ranges/streamed', async ({ bucket }) => {
    const body = pattern(200_000);
    await bucket.put('k', body);
    const chunks = await collect((await bucket.get('k', { range: { start: 10, end: 150_010 } })).stream(40_000));
    assert.deepEqual(
      chunks.map((chunk) => chunk.length),
      [40_000, 40_000, 40_000, 30_000],
    );
    assertSameBytes(Buffer.concat(chunks), body.subarray(10, 150_010));
  }),

  contractCase('ranges/after-overwrite', async ({ bucket }) => {
    await bucket.put('k', pattern(100_000));
    await bucket.put('k', text);
    const object = await bucket.get('k', { range: { suffix: 4 } });
    assert.equal(object.range?.size, 14);
    assert.equal(await object.text(), 'data');
  }),

  ...entriesOf(multipart).map(([id, [start, end]]) =>
    contractCase(id, async ({ bucket }) => {
      const body = pattern(partSize + 100_000);
      await bucket.put('k', body, { partSize });
      const object = await bucket.get('k', { range: { start, end } });
      assert.equal(object.info.size, body.length);
      assertSameBytes(await object.bytes(), body.subarray(start, end));
      assertSameBytes(await (await bucket.get('k', { range: { suffix: body.length - start } })).bytes(), body.subarray(start));
    }),
  ),
];
