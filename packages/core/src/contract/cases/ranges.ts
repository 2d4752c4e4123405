import assert from 'node:assert/strict';
import type { RangeRequest } from '../../api/options.js';
import { MiB, pattern } from '../bodies.js';
import { collect, fails, sameBytes } from '../check.js';
import { contractCase } from '../contract-case.js';

const text = 'arbitrary data';

/** Ranges of the 14 bytes, with first byte and end of what comes. */
const good: Readonly<Record<string, readonly [RangeRequest, number, number]>> = {
  middle: [{ start: 2, end: 5 }, 2, 5],
  'first-byte': [{ start: 0, end: 1 }, 0, 1],
  'last-byte': [{ start: 13, end: 14 }, 13, 14],
  whole: [{ start: 0, end: 14 }, 0, 14],
  'end-clamped': [{ start: 2, end: 100 }, 2, 14],
  'end-one-too-far': [{ start: 13, end: 15 }, 13, 14],
  'end-far-away': [{ start: 0, end: Number.MAX_SAFE_INTEGER }, 0, 14],
  'from-start': [{ start: 0 }, 0, 14],
  from: [{ start: 3 }, 3, 14],
  'from-last-byte': [{ start: 13 }, 13, 14],
  'suffix-1': [{ suffix: 1 }, 13, 14],
  'suffix-2': [{ suffix: 2 }, 12, 14],
  'suffix-whole': [{ suffix: 14 }, 0, 14],
  'suffix-clamped': [{ suffix: 100 }, 0, 14],
};

/** Ranges that no object can answer. */
const empty: Readonly<Record<string, RangeRequest>> = {
  backward: { start: 5, end: 2 },
  'no-byte': { start: 0, end: 0 },
  'no-byte-later': { start: 7, end: 7 },
  'suffix-0': { suffix: 0 },
};

/** Ranges behind the end of the 14 bytes. */
const behind: Readonly<Record<string, RangeRequest>> = {
  'from-size': { start: 14 },
  'at-size': { start: 14, end: 15 },
  'far-behind': { start: 200, end: 300 },
  'from-far-behind': { start: 200 },
};

const malformed: readonly unknown[] = [
  null,
  'bytes=0-1',
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
const across: Readonly<Record<string, readonly [number, number]>> = {
  'first-bytes': [0, 10],
  '64-kib': [65_535, 65_537],
  mib: [MiB - 1, MiB + 1],
  'many-chunks': [100_001, 1_234_567],
  'part-border': [partSize - 1, partSize + 1],
  'second-part': [partSize, partSize + 10],
  'last-bytes': [partSize + 90_000, partSize + 100_000],
};

/** Parts of objects. */
export const rangeCases = [
  ...Object.entries(good).map(([id, [range, start, end]]) =>
    contractCase(`ranges/${id}`, async ({ bucket }) => {
      await bucket.put('k', text, { contentType: 'text/plain', metadata: { a: 'b' } });
      const object = await bucket.get('k', { range });
      assert.deepEqual({ ...object.range }, { start, end, size: 14 });
      assert.deepEqual(object.info, await bucket.stat('k'));
      assert.equal(object.info.size, 14);
      assert.equal(await object.text(), text.slice(start, end));
    }),
  ),

  ...Object.entries(empty).map(([id, range]) =>
    contractCase(`ranges/empty/${id}`, async ({ datastore, bucket, freeName }) => {
      await bucket.put('k', text);
      await fails(() => bucket.get('k', { range }), 'InvalidRange', { operation: 'get', bucket: bucket.name, key: 'k' });
      // Before any I/O: whether there is an object, or a bucket, makes no difference.
      await fails(() => bucket.get('missing', { range }), 'InvalidRange');
      await fails(() => datastore.bucket(freeName()).get('k', { range }), 'InvalidRange');
    }),
  ),

  ...Object.entries(behind).map(([id, range]) =>
    contractCase(`ranges/behind/${id}`, async ({ bucket }) => {
      await bucket.put('k', text);
      await fails(() => bucket.get('k', { range }), 'InvalidRange', { operation: 'get', bucket: bucket.name, key: 'k' });
      await fails(() => bucket.get('missing', { range }), 'NoSuchKey');
    }),
  ),

  contractCase('ranges/malformed', async ({ bucket }) => {
    await bucket.put('k', text);
    for (const range of malformed)
      await fails(() => bucket.get('k', { range: range as RangeRequest }), 'InvalidArgument', { operation: 'get', key: 'k' });
  }),

  contractCase('ranges/of-empty-object', async ({ bucket }) => {
    await bucket.put('k', '');
    for (const range of [{ start: 0 }, { start: 0, end: 1 }, { start: 1 }]) await fails(() => bucket.get('k', { range }), 'InvalidRange');
    for (const range of [{ suffix: 1 }, { suffix: 100 }]) {
      const object = await bucket.get('k', { range });
      assert.deepEqual({ ...object.range }, { start: 0, end: 0, size: 0 });
      assert.equal(await object.text(), '');
    }
  }),

  contractCase('ranges/as-stream', async ({ bucket }) => {
    const body = pattern(200_000);
    await bucket.put('k', body);
    const chunks = await collect((await bucket.get('k', { range: { start: 10, end: 150_010 } })).stream(40_000));
    assert.deepEqual(
      chunks.map((chunk) => chunk.length),
      [40_000, 40_000, 40_000, 30_000],
    );
    sameBytes(Buffer.concat(chunks), body.subarray(10, 150_010));
  }),

  contractCase('ranges/of-new-body', async ({ bucket }) => {
    await bucket.put('k', pattern(100_000));
    await bucket.put('k', text);
    const object = await bucket.get('k', { range: { suffix: 4 } });
    assert.equal(object.range?.size, 14);
    assert.equal(await object.text(), 'data');
  }),

  ...Object.entries(across).map(([id, [start, end]]) =>
    contractCase(`ranges/of-parts/${id}`, async ({ bucket }) => {
      const body = pattern(partSize + 100_000);
      await bucket.put('k', body, { partSize });
      const object = await bucket.get('k', { range: { start, end } });
      assert.equal(object.info.size, body.length);
      sameBytes(await object.bytes(), body.subarray(start, end));
      sameBytes(await (await bucket.get('k', { range: { suffix: body.length - start } })).bytes(), body.subarray(start));
    }),
  ),
];
