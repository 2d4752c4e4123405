import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bucket } from '../../api/datastore.js';
import type { Progress } from '../../api/options.js';
import { isStorageError } from '../../api/errors.js';
import { KiB, MiB, bytesOf, inChunks, pattern, textOf } from '../bodies.js';
import { fails, sameBytes, within } from '../check.js';
import { contractCase } from '../contract-case.js';
import { GatedSource } from '../gated-source.js';

const partSize = 5 * MiB;

async function isInvisible(bucket: Bucket, key: string): Promise<void> {
  assert.equal(await bucket.exists(key), false);
  await fails(() => bucket.get(key), 'NoSuchKey');
  assert.deepEqual(await bucket.list(), []);
  assert.deepEqual(await bucket.list({ recursive: false }), []);
}

/** Never back, never more than all, and all of it at the end. */
function checkProgress(seen: readonly Progress[], total: number | undefined, transferred: number): void {
  assert.ok(seen.length > 0, 'progress was told');
  let before = 0;
  for (const one of seen) {
    assert.ok(one.transferred >= before && one.transferred <= transferred);
    assert.equal(one.total, total);
    before = one.transferred;
  }
  assert.equal(before, transferred);
}

/** Bodies on their way. */
export const streamingCases = [
  ...Object.entries({ small: 1000, large: 600_000, parts: partSize + 1000 }).map(([id, size]) =>
    contractCase(`streaming/invisible-before-the-end/${id}`, async ({ datastore, bucket }) => {
      const body = pattern(size);
      const source = new GatedSource([body.subarray(0, size - 10)], [body.subarray(size - 10)]);
      const put = bucket.put('dir/k', source, { partSize, metadata: { a: 'b' } });
      await source.reachedBy(put);
      await isInvisible(bucket, 'dir/k');
      // An upload that hasn't ended is no object: the bucket is still empty for everyone.
      assert.deepEqual(await datastore.bucket(bucket.name).listFilename(), []);
      source.open();
      await put;
      sameBytes(await bytesOf(bucket, 'dir/k'), body);
      assert.deepEqual(await bucket.listFilename(), ['dir/k']);
    }),
  ),

  ...Object.entries({ small: 1000, parts: partSize + 1000 }).map(([id, size]) =>
    contractCase(`streaming/old-before-the-end/${id}`, async ({ bucket }) => {
      await bucket.put('k', 'the old body', { contentType: 'text/plain', metadata: { of: 'old' } });
      const before = await bucket.stat('k');
      const source = new GatedSource([pattern(size)], [pattern(10)]);
      const put = bucket.put('k', source, { partSize, metadata: { of: 'new' } });
      await source.reachedBy(put);
      assert.deepEqual(await bucket.stat('k'), before);
      assert.equal(await textOf(bucket, 'k'), 'the old body');
      source.open();
      await put;
      const info = await bucket.stat('k');
      assert.deepEqual([info.size, info.contentType, { ...info.metadata }], [size + 10, 'binary/octet-stream', { of: 'new' }]);
    }),
  ),

  ...Object.entries({ small: 10_000, large: MiB }).map(([id, size]) =>
    contractCase(
      `streaming/reader-keeps-its-body/${id}`,
      async ({ datastore, bucket }) => {
        const old = pattern(size, 1);
        for (const change of [() => bucket.put('k', pattern(size, 2)), () => bucket.put('k', ''), () => bucket.delete('k')]) {
          await bucket.put('k', old, { metadata: { of: 'old' } });
          const object = await bucket.get('k');
          const chunks = object.stream(1000);
          const begun = await chunks.next();
          await within<unknown>(30_000, change(), 'a write beside a reader');
          const read = [begun.value as Uint8Array];
          try {
            for await (const chunk of chunks) read.push(chunk);
          } catch (error) {
            // Without snapshots the rest may be lost, but never mixed with the new body.
            if (datastore.capabilities.snapshotReads || !isStorageError(error)) throw error;
            continue;
          }
          sameBytes(Buffer.concat(read), old);
          assert.equal(object.info.metadata['of'], 'old');
        }
      },
      { traits: ['snapshotReads'] },
    ),
  ),

  contractCase('streaming/unread-body-and-put', async ({ bucket }) => {
    const body = pattern(16 * MiB);
    await bucket.put('k', body);
    const object = await bucket.get('k');
    const put = bucket.put('k', 'new').then(
      () => 'success',
      (error: unknown) => (isStorageError(error, 'Timeout') ? 'Timeout' : Promise.reject(error as Error)),
    );
    // A backend without snapshots may make the writer wait for the reader, not longer.
    await Promise.race([put, delay(1000)]);
    await object.cancel();
    const outcome = await within(60_000, put, 'a put beside an unread body');
    assert.equal((await bucket.stat('k')).size, outcome === 'success' ? 3 : body.length);
  }),

  contractCase('streaming/bodies-dropped-unread', async ({ bucket }) => {
    await bucket.put('k', pattern(256 * KiB));
    for (let dropped = 0; dropped < 200; dropped++) await within(20_000, bucket.get('k'), 'opening a body beside dropped ones');
    await within(20_000, bucket.put('other', 'body'), 'a put beside dropped bodies');
    await within(20_000, bucket.put('k', 'new'), 'a put of their key');
    assert.equal(await textOf(bucket, 'k'), 'new');
  }),

  contractCase('streaming/bodies-left-early', async ({ bucket }) => {
    await bucket.put('k', pattern(2 * MiB));
    for (let round = 0; round < 30; round++) {
      for await (const chunk of (await bucket.get('k')).stream(1000)) {
        assert.equal(chunk.length, 1000);
        break;
      }
    }
    await within(20_000, bucket.put('k', 'new'), 'a put beside readers that have left');
    assert.equal(await textOf(bucket, 'k'), 'new');
  }),

  contractCase('streaming/streams-destroyed', async ({ bucket }) => {
    await bucket.put('k', pattern(2 * MiB));
    for (let round = 0; round < 10; round++) {
      (await bucket.get('k')).toNodeStream().destroy();
      await (await bucket.get('k')).toWebStream().cancel();
    }
    await within(20_000, bucket.put('k', 'new'), 'a put beside destroyed streams');
  }),

  contractCase('streaming/slow-reader', async ({ bucket }) => {
    const body = pattern(3 * MiB);
    await bucket.put('k', body);
    const read: Uint8Array[] = [];
    for await (const chunk of (await bucket.get('k')).stream(MiB)) {
      await delay(150);
      read.push(chunk);
    }
    sameBytes(Buffer.concat(read), body);
  }),

  contractCase('streaming/slow-source', async ({ bucket }) => {
    async function* slowly(): AsyncGenerator<Uint8Array> {
      for await (const chunk of inChunks(pattern(5000), 1000)) {
        await delay(60);
        yield chunk;
      }
    }
    await bucket.put('k', slowly());
    await bucket.put('declared', slowly(), 5000);
    sameBytes(await bytesOf(bucket, 'k'), pattern(5000));
    sameBytes(await bytesOf(bucket, 'declared'), pattern(5000));
  }),

  contractCase('streaming/progress-of-put', async ({ bucket }) => {
    for (const size of [0, 4, 300_000, 2 * MiB]) {
      for (const [data, total] of [[pattern(size), size] as const, [inChunks(pattern(size), 10_000), undefined] as const]) {
        const seen: Progress[] = [];
        await bucket.put('k', data, { progress: (one) => seen.push(one) });
        if (size > 0) checkProgress(seen, total, size);
      }
    }
  }),

  contractCase('streaming/progress-that-throws', async ({ bucket }) => {
    await bucket.put('k', 'old');
    const progress = (): never => {
      throw new Error('the listener is broken');
    };
    await assert.rejects(bucket.put('k', inChunks(pattern(100_000), 1000), { progress }));
    assert.equal(await textOf(bucket, 'k'), 'old');
  }),
];
