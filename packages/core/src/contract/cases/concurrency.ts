import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Bucket } from '../../api/datastore.js';
import { isStorageError } from '../../api/errors.js';
import { MiB, bytesOf, inChunks, pattern, textOf } from '../bodies.js';
import { fails, within } from '../check.js';
import { contractCase } from '../contract-case.js';
import { GatedSource } from '../gated-source.js';
import { md5 } from '../reference.js';

const racers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** A body and metadata that belong together: whoever reads one with another's has seen a torn object. */
async function putVersion(bucket: Bucket, version: number, size: number): Promise<void> {
  await bucket.put('k', pattern(size, version), { contentType: `x/${version}`, metadata: { version: String(version) } });
}

async function readWhole(bucket: Bucket, size: number): Promise<void> {
  const object = await bucket.get('k');
  const { info } = object;
  const body = await object.bytes();
  const version = Number(info.metadata['version']);
  assert.equal(info.contentType, `x/${version}`);
  assert.equal(info.size, size);
  assert.equal(md5(body), md5(pattern(size, version)), 'the body is not the one that the metadata came with');
}

/** Does something over and over, some at once, as long as other work takes. */
async function during(work: Promise<void>, width: number, again: () => Promise<void>): Promise<void> {
  const state = { running: true };
  const repeat = async (): Promise<void> => {
    let turn = performance.now();
    while (state.running) {
      await again();
      // A backend that reads without waiting for anything would leave the other work no turn.
      if (performance.now() - turn < 5) continue;
      await nextTurn();
      turn = performance.now();
    }
  };
  const watchers = racers(width).map(() => repeat());
  try {
    await Promise.race([work, ...watchers]);
    await work;
  } finally {
    state.running = false;
  }
  await Promise.all(watchers);
}

/** Calls at the same time. */
export const concurrencyCases = [
  ...[1000, 300_000].map((size) =>
    contractCase(`concurrency/read-while-overwritten/${size}`, async ({ bucket }) => {
      await putVersion(bucket, 0, size);
      const write = async (): Promise<void> => {
        for (let version = 1; version <= 25; version++) await putVersion(bucket, version, size);
      };
      await during(write(), 3, () => readWhole(bucket, size));
      assert.equal((await bucket.stat('k')).metadata['version'], '25');
    }),
  ),

  contractCase(
    'concurrency/list-while-overwritten',
    async ({ bucket }) => {
      const etags = new Map<string, string>();
      for (const size of [10, 20]) etags.set(md5(pattern(size, size)), String(size));
      await bucket.put('k', pattern(10, 10), { metadata: { size: '10' } });
      const write = async (): Promise<void> => {
        for (let round = 0; round < 30; round++) {
          const size = round % 2 === 0 ? 20 : 10;
          await bucket.put('k', pattern(size, size), { metadata: { size: String(size) } });
        }
      };
      const list = async (): Promise<void> => {
        const [entry, ...rest] = await bucket.list({ prefix: 'k' });
        assert.deepEqual(rest, []);
        assert.equal(entry?.metadata['size'], String(entry?.size), 'size and metadata are of two objects');
        if (bucket.datastore.capabilities.md5Etags) assert.equal(etags.get(entry?.etag ?? ''), String(entry?.size));
      };
      await during(write(), 2, list);
    },
    { traits: ['md5Etags'] },
  ),

  contractCase('concurrency/last-to-finish-wins', async ({ bucket }) => {
    const [one, other] = [pattern(5000, 1), pattern(7000, 2)];
    const sources = [one, other].map((body) => new GatedSource([body.subarray(0, 1000)], [body.subarray(1000)]));
    const [first, second] = sources as [GatedSource, GatedSource];
    const puts = sources.map((source, index) => bucket.put('k', source, { metadata: { of: String(index) } }));
    await Promise.all(sources.map((source, index) => source.reachedBy(puts[index] as Promise<unknown>)));
    second.open();
    await puts[1];
    assert.equal((await bucket.stat('k')).metadata['of'], '1');
    first.open();
    await puts[0];
    assert.equal((await bucket.stat('k')).metadata['of'], '0');
    assert.equal(md5(await bytesOf(bucket, 'k')), md5(one));
  }),

  contractCase('concurrency/many-keys', async ({ bucket }) => {
    const keys = racers(60).map((index) => `d${index % 4}/e${index % 3}/k${index}`);
    await Promise.all(keys.map((key) => bucket.put(key, key)));
    assert.deepEqual(await bucket.listFilename(), [...keys].sort());
    assert.deepEqual(await Promise.all(keys.map((key) => textOf(bucket, key))), keys);
    await Promise.all(keys.map((key) => bucket.delete(key)));
    assert.deepEqual(await bucket.list(), []);
  }),

  contractCase('concurrency/put-while-deleting', async ({ bucket }) => {
    for (let round = 0; round < 20; round++) {
      await bucket.put('k', 'old');
      await Promise.all([bucket.delete('k'), bucket.put('k', 'new', { metadata: { round: String(round) } })]);
      // Either came last; in between there is nothing.
      if (!(await bucket.exists('k'))) continue;
      const object = await bucket.get('k');
      assert.deepEqual([object.info.metadata['round'], await object.text()], [String(round), 'new']);
    }
  }),

  contractCase('concurrency/delete-last-beside-put', async ({ bucket }) => {
    // On a file system the folder is about to go, just when a file is put into it.
    for (let round = 0; round < 20; round++) {
      await bucket.put('p/q/r/last', 'body');
      await Promise.all([bucket.delete('p/q/r/last'), bucket.put('p/q/r/next', `${round}`), bucket.put('p/q/other', `${round}`)]);
      assert.equal(await textOf(bucket, 'p/q/r/next'), `${round}`);
      assert.deepEqual(await bucket.listFilename(), ['p/q/other', 'p/q/r/next']);
      await bucket.delete(['p/q/r/next', 'p/q/other']);
    }
  }),

  contractCase('concurrency/object-beside-folder', async ({ bucket }) => {
    for (let round = 0; round < 10; round++) {
      await Promise.all([bucket.put('a/b', `${round} b`), bucket.put('a', `${round} a`), bucket.put('a/', `${round} folder`)]);
      assert.deepEqual(
        [await textOf(bucket, 'a'), await textOf(bucket, 'a/b'), await textOf(bucket, 'a/')],
        [`${round} a`, `${round} b`, `${round} folder`],
      );
      await Promise.all(['a', 'a/b', 'a/'].map((key) => bucket.delete(key)));
      assert.deepEqual(await bucket.list(), []);
    }
  }),

  contractCase('concurrency/copy-while-overwritten', async ({ bucket }) => {
    await putVersion(bucket, 0, 50_000);
    const write = async (): Promise<void> => {
      for (let version = 1; version <= 15; version++) await putVersion(bucket, version, 50_000);
    };
    const targets = racers(15).map((index) => `copy${index}`);
    const copy = async (): Promise<void> => {
      for (const target of targets) await bucket.fcopyTo(bucket.name, target, 'k');
    };
    await Promise.all([write(), copy()]);
    for (const target of targets) {
      const object = await bucket.get(target);
      assert.equal(md5(await object.bytes()), md5(pattern(50_000, Number(object.info.metadata['version']))));
    }
  }),

  contractCase('concurrency/bucket-removed-beside-put', async ({ datastore, bucket }) => {
    for (let round = 0; round < 10; round++) {
      await datastore.createBucket(bucket.name);
      const [put, removed] = await Promise.allSettled([bucket.put('k', 'body'), datastore.removeBucket(bucket.name)]);
      // A server may let both succeed, and then the object is gone with its bucket; but never is one there without the other.
      if (put.status === 'rejected') assert.ok(isStorageError(put.reason, 'NoSuchBucket'), String(put.reason));
      if (removed.status === 'rejected') assert.ok(isStorageError(removed.reason, 'BucketNotEmpty'), String(removed.reason));
      if (await datastore.bucketExists(bucket.name)) {
        assert.deepEqual(await bucket.listFilename(), ['k']);
        assert.equal(await textOf(bucket, 'k'), 'body');
        await bucket.delete('k');
      } else {
        assert.ok(removed.status === 'fulfilled' && removed.value);
        await fails(() => bucket.get('k'), 'NoSuchBucket');
      }
    }
  }),

  contractCase(
    'concurrency/tags-come-with-the-body',
    async ({ bucket }) => {
      const put = (count: number): Promise<unknown> =>
        bucket.put('k', 'x'.repeat(count), { tags: Object.fromEntries(racers(count).map((index) => [`t${index}`, 'v'])) });
      await put(1);
      const write = async (): Promise<void> => {
        for (let round = 0; round < 25; round++) await put((round % 3) + 1);
      };
      await during(write(), 3, async () => {
        const { size, tagCount } = await bucket.stat('k');
        assert.equal(tagCount, size, 'the tags are not those that the body came with');
      });
    },
    { needs: ['tags'] },
  ),

  contractCase(
    'concurrency/tags-beside-put',
    async ({ bucket }) => {
      for (let round = 0; round < 15; round++) {
        await bucket.put('k', 'old', { tags: { of: 'old' } });
        await Promise.all([bucket.setTags('k', { of: 'set' }), bucket.put('k', 'new', { tags: { of: 'put' } })]);
        const object = await bucket.get('k');
        assert.equal(await object.text(), 'new');
        assert.ok(['set', 'put'].includes((await bucket.tags('k'))['of'] ?? ''));
      }
    },
    { needs: ['tags'] },
  ),

  contractCase('concurrency/large-bodies-at-once', async ({ bucket }) => {
    const bodies = racers(4).map((index) => pattern(5 * MiB + index, index + 1));
    await within(
      60_000,
      Promise.all(bodies.map((body, index) => bucket.put(`k${index}`, inChunks(body, 100_000), { partSize: 5 * MiB }))),
      'four large puts',
    );
    await Promise.all(bodies.map(async (body, index) => assert.equal(md5(await bytesOf(bucket, `k${index}`)), md5(body))));
  }),
];
