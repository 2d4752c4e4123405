import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bucket } from '../../api/datastore.js';
import type { CallOptions } from '../../api/options.js';
import { MiB, bytesOf, inChunks, pattern, putAll, textOf } from '../bodies.js';
import { collect, fails, failsWith, sameBytes, within } from '../check.js';
import { contractCase } from '../contract-case.js';
import type { Need } from '../contract-case.js';
import { GatedSource } from '../gated-source.js';

interface Use {
  readonly call: (bucket: Bucket, options: CallOptions, folder: string) => unknown;
  readonly needs?: readonly Need[];
}

const partSize = 5 * MiB;

/** Every call that takes a signal. */
const uses: Readonly<Record<string, Use>> = {
  'list-buckets': { call: ({ datastore }, options) => datastore.list('array', options) },
  'get-buckets': { call: ({ datastore }, options) => datastore.getBuckets(options) },
  'get-bucket': { call: ({ datastore, name }, options) => datastore.getBucket(name, options) },
  'bucket-exists': { call: ({ datastore, name }, options) => datastore.bucketExists(name, options) },
  'create-bucket': { call: ({ datastore, name }, options) => datastore.createBucket(`${name}-new`, options) },
  'remove-bucket': { call: ({ datastore, name }, options) => datastore.removeBucket(`${name}-empty`, options) },
  put: { call: (bucket, options) => bucket.put('new', 'body', options) },
  'put-over-old': { call: (bucket, options) => bucket.put('k', 'new', 3, options) },
  'put-stream': { call: (bucket, options) => bucket.put('k', inChunks(pattern(100_000), 1000), options) },
  fput: { call: (bucket, options, folder) => bucket.fput('k', join(folder, 'source'), options) },
  'put-request': { call: (bucket, options) => bucket.putRequest('http://127.0.0.1:9/never-asked', 'k', options) },
  get: { call: (bucket, options) => bucket.get('k', options) },
  fget: { call: (bucket, options, folder) => bucket.fget('k', join(folder, 'target'), options) },
  stat: { call: (bucket, options) => bucket.stat('k', options) },
  'stat-many': { call: (bucket, options) => bucket.stat(['k', 'l'], options) },
  exists: { call: (bucket, options) => bucket.exists('k', options) },
  delete: { call: (bucket, options) => bucket.delete('k', options) },
  'delete-many': { call: (bucket, options) => bucket.delete(['k', 'l'], options) },
  copy: { call: (bucket, options) => bucket.fcopyTo(bucket.name, 'new', 'k', options) },
  list: { call: (bucket, options) => bucket.list(options) },
  iterate: { call: (bucket, options) => collect(bucket.iterate(options)) },
  'list-page': { call: (bucket, options) => bucket.listPage(options) },
  'list-filename': { call: (bucket, options) => bucket.listFilename(options) },
  tags: { call: (bucket, options) => bucket.tags('k', options), needs: ['tags'] },
  'set-tags': { call: (bucket, options) => bucket.setTags('k', { a: 'b' }, options), needs: ['tags'] },
  'remove-tags': { call: (bucket, options) => bucket.removeTags('k', options), needs: ['tags'] },
  versioning: { call: (bucket, options) => bucket.versioning(options), needs: ['versioning'] },
  'set-versioning': { call: (bucket, options) => bucket.setVersioning('enabled', options), needs: ['versioning'] },
  'list-versions': { call: (bucket, options) => bucket.listVersions(options), needs: ['versioning'] },
  presign: { call: (bucket, options) => bucket.presign('GET', 'k', options), needs: ['presign'] },
};

const reasons: Readonly<Record<string, unknown>> = { error: new Error('enough'), 'no-error': { why: 'enough' }, text: 'enough' };

/** Cancelling by a signal. */
export const cancelCases = [
  ...Object.entries(uses).map(([id, { call, needs = [] }]) =>
    contractCase(
      `cancel/before/${id}`,
      async ({ datastore, bucket, create, folder, atEnd }) => {
        const path = await folder();
        await writeFile(join(path, 'source'), 'new');
        await create(`${bucket.name}-empty`);
        atEnd(() => datastore.removeBucket(`${bucket.name}-new`));
        await bucket.put('k', 'old');
        const before = await bucket.stat('k');
        const reason = new Error('enough');
        await failsWith(() => call(bucket, { signal: AbortSignal.abort(reason) }, path), reason);
        // No effect at all.
        assert.deepEqual(await bucket.listFilename(), ['k']);
        assert.deepEqual(await bucket.stat('k'), before);
        assert.equal(await textOf(bucket, 'k'), 'old');
        assert.deepEqual(await readdir(path), ['source']);
        assert.equal(await datastore.bucketExists(`${bucket.name}-empty`), true);
        assert.equal(await datastore.bucketExists(`${bucket.name}-new`), false);
      },
      { needs },
    ),
  ),

  ...Object.entries(reasons).map(([id, reason]) =>
    contractCase(`cancel/reason/${id}`, async ({ bucket }) => {
      await failsWith(() => bucket.get('k', { signal: AbortSignal.abort(reason) }), reason);
      const controller = new AbortController();
      const source = new GatedSource([pattern(1000)], []);
      const put = bucket.put('k', source, { signal: controller.signal });
      await source.reachedBy(put);
      controller.abort(reason);
      await failsWith(() => put, reason);
    }),
  ),

  ...Object.entries({ small: 1000, large: 600_000, 'one-part': partSize + 1000, 'two-parts': 2 * partSize + 1000 }).map(([id, size]) =>
    contractCase(`cancel/midway/${id}`, async ({ bucket }) => {
      await bucket.put('old', 'the old body', { metadata: { of: 'old' } });
      for (const key of ['new', 'old']) {
        const controller = new AbortController();
        const source = new GatedSource([pattern(size)], [pattern(1000)]);
        const put = bucket.put(key, source, { partSize, signal: controller.signal, metadata: { of: 'new' } });
        await source.reachedBy(put);
        const reason = new Error('enough');
        controller.abort(reason);
        // The source hangs: the call must not wait for it.
        await failsWith(() => within(10_000, put, 'an aborted put'), reason);
        for (let waited = 0; !source.closed && waited < 1000; waited += 10) await delay(10);
        assert.equal(source.closed, true, 'the source was closed');
      }
      // What was under way could still commit: give it the time.
      await delay(100);
      assert.deepEqual(await bucket.listFilename(), ['old']);
      assert.deepEqual({ ...(await bucket.stat('old')).metadata }, { of: 'old' });
      assert.equal(await textOf(bucket, 'old'), 'the old body');
      await bucket.put('new', 'body');
      assert.equal(await textOf(bucket, 'new'), 'body');
    }),
  ),

  contractCase('cancel/by-a-time-limit', async ({ bucket }) => {
    const signal = AbortSignal.timeout(50);
    await assert.rejects(within(10_000, bucket.put('k', new GatedSource([pattern(10)], []), { signal }), 'a put with a time limit'), {
      name: 'TimeoutError',
    });
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('cancel/reading', async ({ bucket }) => {
    await bucket.put('k', pattern(3 * MiB));
    const controller = new AbortController();
    const object = await bucket.get('k', { signal: controller.signal });
    const chunks = object.stream(1000);
    await chunks.next();
    const reason = new Error('enough');
    controller.abort(reason);
    await failsWith(() => collect({ [Symbol.asyncIterator]: () => chunks }), reason);
    const unread = new AbortController();
    const other = await bucket.get('k', { signal: unread.signal });
    unread.abort(reason);
    await failsWith(() => other.bytes(), reason);
    await within(20_000, bucket.put('k', 'new'), 'a put beside aborted readers');
  }),

  contractCase('cancel/fget', async ({ bucket, folder }) => {
    const path = await folder();
    await bucket.put('k', pattern(4 * MiB));
    await writeFile(join(path, 'target'), 'old');
    const controller = new AbortController();
    const reason = new Error('enough');
    await failsWith(
      () => bucket.fget('k', join(path, 'target'), { signal: controller.signal, progress: () => controller.abort(reason) }),
      reason,
    );
    assert.deepEqual(await readdir(path), ['target']);
  }),

  contractCase('cancel/iterating', async ({ bucket }) => {
    await putAll(bucket, ['a', 'b', 'c', 'd', 'e']);
    const controller = new AbortController();
    const reason = new Error('enough');
    const seen: string[] = [];
    const iterate = async (): Promise<void> => {
      for await (const { key } of bucket.iterate({ pageSize: 2, signal: controller.signal })) {
        seen.push(key);
        if (key === 'b') controller.abort(reason);
      }
    };
    await failsWith(iterate, reason);
    assert.deepEqual(seen, ['a', 'b']);
  }),

  contractCase('cancel/too-late', async ({ bucket }) => {
    const controller = new AbortController();
    const { signal } = controller;
    await bucket.put('k', pattern(100_000), { signal });
    const body = await (await bucket.get('k', { signal })).bytes();
    controller.abort(new Error('enough'));
    sameBytes(body, pattern(100_000));
    sameBytes(await bytesOf(bucket, 'k'), body);
  }),

  contractCase('cancel/one-of-many', async ({ bucket }) => {
    const controller = new AbortController();
    const sources = [0, 1, 2].map(() => new GatedSource([pattern(1000)], [pattern(10)]));
    const puts = sources.map((source, index) => bucket.put(`k${index}`, source, index === 1 ? { signal: controller.signal } : {}));
    await Promise.all(sources.map((source, index) => source.reachedBy(puts[index] as Promise<unknown>)));
    const reason = new Error('enough');
    controller.abort(reason);
    await failsWith(() => puts[1], reason);
    for (const source of sources) source.open();
    await Promise.all([puts[0], puts[2]]);
    assert.deepEqual(await bucket.listFilename(), ['k0', 'k2']);
  }),

  contractCase('cancel/no-signal', async ({ bucket }) => {
    for (const signal of [null, {}, 'abort', new AbortController()]) {
      await fails(() => bucket.put('k', 'body', { signal: signal as AbortSignal }), 'InvalidArgument');
      await fails(() => bucket.list({ signal: signal as AbortSignal }), 'InvalidArgument');
    }
    assert.equal(await bucket.exists('k'), false);
  }),
];
