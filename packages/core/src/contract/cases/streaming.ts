import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bucket } from '../../api/datastore.js';
import type { Progress } from '../../api/options.js';
import { isStorageError } from '../../api/errors.js';
import { KiB, MiB, readBytes, inChunks, pattern, readText } from '../bodies.js';
import { expectError, assertSameBytes, withTimeout } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { GatedSource } from '../gated-source.js';

const partSize = 5 * MiB;

/** Sizes of uploads of a new key. */
const invisibleUploads: Readonly<Record<string, number>> = {
  'streaming/invisible-until-complete/small': 1000,
  'streaming/invisible-until-complete/large': 600_000,
  'streaming/invisible-until-complete/parts': partSize + 1000,
};

/** Sizes of uploads that overwrite an object. */
const overwritingUploads: Readonly<Record<string, number>> = {
  'streaming/old-object-until-complete/small': 1000,
  'streaming/old-object-until-complete/parts': partSize + 1000,
};

/** Sizes of objects that are overwritten while they are read. */
const readSizes: Readonly<Record<string, number>> = {
  'streaming/snapshot-read/small': 10_000,
  'streaming/snapshot-read/large': MiB,
};

async function expectInvisible(bucket: Bucket, key: string): Promise<void> {
  assert.equal(await bucket.exists(key), false);
  await expectError(() => bucket.get(key), 'NoSuchKey');
  assert.deepEqual(await bucket.list(), []);
  assert.deepEqual(await bucket.list({ recursive: false }), []);
}

/** Asserts that progress never decreases or exceeds the total, and ends at the total. */
function checkProgress(seen: readonly Progress[], total: number | undefined, transferred: number): void {
  assert.ok(seen.length > 0, 'progress was reported');
  let before = 0;
  for (const one of seen) {
    assert.ok(one.transferred >= before && one.transferred <= transferred);
    assert.equal(one.total, total);
    before = one.transferred;
  }
  assert.equal(before, transferred);
}

/** Bodies while they are uploaded or read. */
export const streamingCases = [
  ...entriesOf(invisibleUploads).map(([id, size]) =>
    contractCase(id, async ({ datastore, bucket }) => {
      const body = pattern(size);
      const source = new GatedSource([body.subarray(0, size - 10)], [body.subarray(size - 10)]);
      const put = bucket.put('dir/k', source, { partSize, metadata: { a: 'b' } });
      await source.waitAtGate(put);
      await expectInvisible(bucket, 'dir/k');
      // The upload is not visible through other handles, either.
      assert.deepEqual(await datastore.bucket(bucket.name).listFilename(), []);
      source.openGate();
      await put;
      assertSameBytes(await readBytes(bucket, 'dir/k'), body);
      assert.deepEqual(await bucket.listFilename(), ['dir/k']);
    }),
  ),

  ...entriesOf(overwritingUploads).map(([id, size]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('k', 'the old body', { contentType: 'text/plain', metadata: { of: 'old' } });
      const before = await bucket.stat('k');
      const source = new GatedSource([pattern(size)], [pattern(10)]);
      const put = bucket.put('k', source, { partSize, metadata: { of: 'new' } });
      await source.waitAtGate(put);
      assert.deepEqual(await bucket.stat('k'), before);
      assert.equal(await readText(bucket, 'k'), 'the old body');
      source.openGate();
      await put;
      const info = await bucket.stat('k');
      assert.deepEqual([info.size, info.contentType, { ...info.metadata }], [size + 10, 'binary/octet-stream', { of: 'new' }]);
    }),
  ),

  ...entriesOf(readSizes).map(([id, size]) =>
    contractCase(
      id,
      async ({ datastore, bucket }) => {
        const old = pattern(size, 1);
        for (const change of [() => bucket.put('k', pattern(size, 2)), () => bucket.put('k', ''), () => bucket.delete('k')]) {
          await bucket.put('k', old, { metadata: { of: 'old' } });
          const object = await bucket.get('k');
          const chunks = object.stream(1000);
          const first = await chunks.next();
          await withTimeout<unknown>(30_000, change(), 'a write during a read');
          const read = [first.value as Uint8Array];
          try {
            for await (const chunk of chunks) read.push(chunk);
          } catch (error) {
            // Without `snapshotReads`, the read may fail, but never return bytes of the new body.
            if (datastore.capabilities.snapshotReads || !isStorageError(error)) throw error;
            continue;
          }
          assertSameBytes(Buffer.concat(read), old);
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
    // Without `snapshotReads`, the put may wait until the body is closed, but not longer.
    await Promise.race([put, delay(1000)]);
    await object.cancel();
    const outcome = await withTimeout(60_000, put, 'a put with an unread body');
    assert.equal((await bucket.stat('k')).size, outcome === 'success' ? 3 : body.length);
  }),

  contractCase('streaming/unread-bodies-dropped', async ({ bucket }) => {
    await bucket.put('k', pattern(256 * KiB));
    for (let dropped = 0; dropped < 200; dropped++) await withTimeout(20_000, bucket.get('k'), 'a get after unread bodies were dropped');
    await withTimeout(20_000, bucket.put('other', 'body'), 'a put after unread bodies were dropped');
    await withTimeout(20_000, bucket.put('k', 'new'), 'a put of the same key');
    assert.equal(await readText(bucket, 'k'), 'new');
  }),

  contractCase('streaming/partly-read-bodies', async ({ bucket }) => {
    await bucket.put('k', pattern(2 * MiB));
    for (let round = 0; round < 30; round++) {
      for await (const chunk of (await bucket.get('k')).stream(1000)) {
        assert.equal(chunk.length, 1000);
        break;
      }
    }
    await withTimeout(20_000, bucket.put('k', 'new'), 'a put after partial reads');
    assert.equal(await readText(bucket, 'k'), 'new');
  }),

  contractCase('streaming/destroyed-streams', async ({ bucket }) => {
    await bucket.put('k', pattern(2 * MiB));
    for (let round = 0; round < 10; round++) {
      (await bucket.get('k')).toNodeStream().destroy();
      await (await bucket.get('k')).toWebStream().cancel();
    }
    await withTimeout(20_000, bucket.put('k', 'new'), 'a put after destroyed streams');
  }),

  contractCase('streaming/slow-reader', async ({ bucket }) => {
    const body = pattern(3 * MiB);
    await bucket.put('k', body);
    const read: Uint8Array[] = [];
    for await (const chunk of (await bucket.get('k')).stream(MiB)) {
      await delay(150);
      read.push(chunk);
    }
    assertSameBytes(Buffer.concat(read), body);
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
    assertSameBytes(await readBytes(bucket, 'k'), pattern(5000));
    assertSameBytes(await readBytes(bucket, 'declared'), pattern(5000));
  }),

  contractCase('streaming/put-progress', async ({ bucket }) => {
    for (const size of [0, 4, 300_000, 2 * MiB]) {
      for (const [data, total] of [[pattern(size), size] as const, [inChunks(pattern(size), 10_000), undefined] as const]) {
        const seen: Progress[] = [];
        await bucket.put('k', data, { progress: (one) => seen.push(one) });
        if (size > 0) checkProgress(seen, total, size);
      }
    }
  }),

  contractCase('streaming/put-progress-throws', async ({ bucket }) => {
    await bucket.put('k', 'old');
    const progress = (): never => {
      throw new Error('the progress listener failed');
    };
    await assert.rejects(bucket.put('k', inChunks(pattern(100_000), 1000), { progress }));
    assert.equal(await readText(bucket, 'k'), 'old');
  }),
];
