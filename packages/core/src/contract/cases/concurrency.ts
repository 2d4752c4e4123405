import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Bucket } from '../../api/datastore.js';
import { isStorageError } from '../../api/errors.js';
import { MiB, readBytes, inChunks, pattern, readText } from '../bodies.js';
import { assertSameBytes, expectError, withTimeout } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { GatedSource } from '../gated-source.js';
import { md5 } from '../reference.js';

const indexes = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Puts a body, content type and metadata of the same version, so that a torn read is detected. */
async function putVersion(bucket: Bucket, version: number, size: number): Promise<void> {
  await bucket.put('k', pattern(size, version), { contentType: `x/${version}`, metadata: { version: String(version) } });
}

async function expectWholeVersion(bucket: Bucket, size: number): Promise<void> {
  const object = await bucket.get('k');
  const { info } = object;
  const body = await object.bytes();
  const version = Number(info.metadata['version']);
  assert.equal(info.contentType, `x/${version}`);
  assert.equal(info.size, size);
  assert.equal(md5(body), md5(pattern(size, version)), 'body and metadata are of different versions');
}

/** Repeats an action in some concurrent loops until other work is done. */
async function repeatDuring(work: Promise<void>, loops: number, action: () => Promise<void>): Promise<void> {
  const state = { running: true };
  const repeat = async (): Promise<void> => {
    let turnStart = performance.now();
    while (state.running) {
      await action();
      // A backend that reads without I/O would starve the other work.
      if (performance.now() - turnStart < 5) continue;
      await nextTurn();
      turnStart = performance.now();
    }
  };
  const watchers = indexes(loops).map(() => repeat());
  try {
    await Promise.race([work, ...watchers]);
    await work;
  } finally {
    state.running = false;
  }
  await Promise.all(watchers);
}

/** Sizes of the overwritten object. */
const overwriteSizes: Readonly<Record<string, number>> = {
  'concurrency/read-while-overwritten/1000': 1000,
  'concurrency/read-while-overwritten/300000': 300_000,
};

/** Concurrent calls. */
export const concurrencyCases = [
  ...entriesOf(overwriteSizes).map(([id, size]) =>
    contractCase(id, async ({ bucket }) => {
      await putVersion(bucket, 0, size);
      const write = async (): Promise<void> => {
        for (let version = 1; version <= 25; version++) await putVersion(bucket, version, size);
      };
      await repeatDuring(write(), 3, () => expectWholeVersion(bucket, size));
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
        assert.equal(entry?.metadata['size'], String(entry?.size), 'size and metadata are of different versions');
        if (bucket.datastore.capabilities.md5Etags) assert.equal(etags.get(entry?.etag ?? ''), String(entry?.size));
      };
      await repeatDuring(write(), 2, list);
    },
    { traits: ['md5Etags'] },
  ),

  contractCase('concurrency/last-completed-put-wins', async ({ bucket }) => {
    const [one, other] = [pattern(5000, 1), pattern(7000, 2)];
    const sources = [one, other].map((body) => new GatedSource([body.subarray(0, 1000)], [body.subarray(1000)]));
    const [first, second] = sources as [GatedSource, GatedSource];
    const puts = sources.map((source, index) => bucket.put('k', source, { metadata: { of: String(index) } }));
    await Promise.all(sources.map((source, index) => source.waitAtGate(puts[index] as Promise<unknown>)));
    second.openGate();
    await puts[1];
    assert.equal((await bucket.stat('k')).metadata['of'], '1');
    first.openGate();
    await puts[0];
    assert.equal((await bucket.stat('k')).metadata['of'], '0');
    assert.equal(md5(await readBytes(bucket, 'k')), md5(one));
  }),

  contractCase('concurrency/many-keys', async ({ bucket }) => {
    const keys = indexes(60).map((index) => `d${index % 4}/e${index % 3}/k${index}`);
    await Promise.all(keys.map((key) => bucket.put(key, key)));
    assert.deepEqual(await bucket.listFilename(), [...keys].sort());
    assert.deepEqual(await Promise.all(keys.map((key) => readText(bucket, key))), keys);
    await Promise.all(keys.map((key) => bucket.delete(key)));
    assert.deepEqual(await bucket.list(), []);
  }),

  contractCase('concurrency/put-and-delete', async ({ bucket }) => {
    for (let round = 0; round < 20; round++) {
      await bucket.put('k', 'old');
      await Promise.all([bucket.delete('k'), bucket.put('k', 'new', { metadata: { round: String(round) } })]);
      // Either call may be the last one.
      if (!(await bucket.exists('k'))) continue;
      const object = await bucket.get('k');
      assert.deepEqual([object.info.metadata['round'], await object.text()], [String(round), 'new']);
    }
  }),

  contractCase('concurrency/delete-last-in-folder-and-put', async ({ bucket }) => {
    // On a file system, the delete removes the empty folder while the put creates a file in it.
    for (let round = 0; round < 20; round++) {
      await bucket.put('p/q/r/last', 'body');
      await Promise.all([bucket.delete('p/q/r/last'), bucket.put('p/q/r/next', `${round}`), bucket.put('p/q/other', `${round}`)]);
      assert.equal(await readText(bucket, 'p/q/r/next'), `${round}`);
      assert.deepEqual(await bucket.listFilename(), ['p/q/other', 'p/q/r/next']);
      await bucket.delete(['p/q/r/next', 'p/q/other']);
    }
  }),

  contractCase('concurrency/object-and-folder', async ({ bucket }) => {
    for (let round = 0; round < 10; round++) {
      await Promise.all([bucket.put('a/b', `${round} b`), bucket.put('a', `${round} a`), bucket.put('a/', `${round} folder`)]);
      assert.deepEqual(
        [await readText(bucket, 'a'), await readText(bucket, 'a/b'), await readText(bucket, 'a/')],
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
    const targets = indexes(15).map((index) => `copy${index}`);
    const copy = async (): Promise<void> => {
      for (const target of targets) await bucket.fcopyTo(bucket.name, target, 'k');
    };
    await Promise.all([write(), copy()]);
    for (const target of targets) {
      const object = await bucket.get(target);
      assert.equal(md5(await object.bytes()), md5(pattern(50_000, Number(object.info.metadata['version']))));
    }
  }),

  contractCase('concurrency/remove-bucket-and-put', async ({ datastore, bucket }) => {
    for (let round = 0; round < 10; round++) {
      await datastore.createBucket(bucket.name);
      const [put, removed] = await Promise.allSettled([bucket.put('k', 'body'), datastore.removeBucket(bucket.name)]);
      // Both may succeed, and then the object is removed with its bucket. An object without its bucket must not remain.
      if (put.status === 'rejected') assert.ok(isStorageError(put.reason, 'NoSuchBucket'), String(put.reason));
      if (removed.status === 'rejected') assert.ok(isStorageError(removed.reason, 'BucketNotEmpty'), String(removed.reason));
      if (await datastore.bucketExists(bucket.name)) {
        assert.deepEqual(await bucket.listFilename(), ['k']);
        assert.equal(await readText(bucket, 'k'), 'body');
        await bucket.delete('k');
      } else {
        assert.ok(removed.status === 'fulfilled' && removed.value);
        await expectError(() => bucket.get('k'), 'NoSuchBucket');
      }
    }
  }),

  contractCase(
    'concurrency/tags-commit-with-body',
    async ({ bucket }) => {
      const put = (count: number): Promise<unknown> =>
        bucket.put('k', 'x'.repeat(count), { tags: Object.fromEntries(indexes(count).map((index) => [`t${index}`, 'v'])) });
      await put(1);
      const write = async (): Promise<void> => {
        for (let round = 0; round < 25; round++) await put((round % 3) + 1);
      };
      await repeatDuring(write(), 3, async () => {
        const { size, tagCount } = await bucket.stat('k');
        assert.equal(tagCount, size, 'body and tags are of different versions');
      });
    },
    { requires: ['tags'] },
  ),

  contractCase(
    'concurrency/set-tags-and-put',
    async ({ bucket }) => {
      for (let round = 0; round < 15; round++) {
        await bucket.put('k', 'old', { tags: { of: 'old' } });
        await Promise.all([bucket.setTags('k', { of: 'set' }), bucket.put('k', 'new', { tags: { of: 'put' } })]);
        const object = await bucket.get('k');
        assert.equal(await object.text(), 'new');
        assert.ok(['set', 'put'].includes((await bucket.tags('k'))['of'] ?? ''));
      }
    },
    { requires: ['tags'] },
  ),

  contractCase('concurrency/large-bodies', async ({ bucket }) => {
    const bodies = indexes(4).map((index) => pattern(5 * MiB + index, index + 1));
    await withTimeout(
      60_000,
      Promise.all(bodies.map((body, index) => bucket.put(`k${index}`, inChunks(body, 100_000), { partSize: 5 * MiB }))),
      'four large puts',
    );
    await Promise.all(bodies.map(async (body, index) => assert.equal(md5(await readBytes(bucket, `k${index}`)), md5(body))));
  }),

  contractCase('concurrency/puts-from-gets', async ({ bucket }) => {
    const body = pattern(200_000);
    await bucket.put('source', body);
    // Each copy holds one open body. A limit of connections or files must not make them wait for each other.
    const copies = indexes(100).map(async (index) => bucket.put(`copy/${index}`, await bucket.get('source')));
    await withTimeout(120_000, Promise.all(copies), 'puts of open objects');
    for (const info of await bucket.list({ prefix: 'copy/' })) assert.equal(info.size, body.length);
    assertSameBytes(await readBytes(bucket, 'copy/99'), body);
  }),

  contractCase('concurrency/many-files', async ({ bucket, createTempFolder }) => {
    const folder = await createTempFolder();
    const source = join(folder, 'source');
    await writeFile(source, pattern(100_000));
    await Promise.all(indexes(150).map((index) => bucket.fput(`k${index}`, source)));
    await Promise.all(
      indexes(150).flatMap((index) => [
        bucket.fget(`k${index}`, join(folder, String(index))),
        bucket.fcopyTo(bucket.name, `copy${index}`, `k${index}`),
      ]),
    );
    for (const index of [0, 75, 149]) assertSameBytes(await readFile(join(folder, String(index))), pattern(100_000));
    assert.equal((await bucket.listFilename()).length, 300);
  }),
];
