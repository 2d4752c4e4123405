import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallOptions } from '../../api/options.js';
import { MiB, readBytes, inChunks, pattern, putKeys, readText } from '../bodies.js';
import { assertSameBytes, collect, expectError, expectRejection, waitUntil, withTimeout } from '../assertions.js';
import { calls, entriesOf, requirementsOf } from '../calls.js';
import type { CallArguments, CallName } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { expectNoEffect } from '../no-effect.js';
import { GatedSource } from '../gated-source.js';
import { listFolder } from '../list-folder.js';

const partSize = 5 * MiB;

const abortedCaseIds = {
  listBuckets: 'cancel/already-aborted/list-buckets',
  getBuckets: 'cancel/already-aborted/get-buckets',
  getBucket: 'cancel/already-aborted/get-bucket',
  bucketExists: 'cancel/already-aborted/bucket-exists',
  createBucket: 'cancel/already-aborted/create-bucket',
  removeBucket: 'cancel/already-aborted/remove-bucket',
  list: 'cancel/already-aborted/list',
  iterate: 'cancel/already-aborted/iterate',
  listPage: 'cancel/already-aborted/list-page',
  listFilename: 'cancel/already-aborted/list-filename',
  get: 'cancel/already-aborted/get',
  fget: 'cancel/already-aborted/fget',
  put: 'cancel/already-aborted/put',
  fput: 'cancel/already-aborted/fput',
  putRequest: 'cancel/already-aborted/put-request',
  delete: 'cancel/already-aborted/delete',
  deleteMany: 'cancel/already-aborted/delete-many',
  stat: 'cancel/already-aborted/stat',
  statMany: 'cancel/already-aborted/stat-many',
  fcopyTo: 'cancel/already-aborted/copy',
  exists: 'cancel/already-aborted/exists',
  tags: 'cancel/already-aborted/tags',
  setTags: 'cancel/already-aborted/set-tags',
  removeTags: 'cancel/already-aborted/remove-tags',
  presign: 'cancel/already-aborted/presign',
  versioning: 'cancel/already-aborted/versioning',
  setVersioning: 'cancel/already-aborted/set-versioning',
  listVersions: 'cancel/already-aborted/list-versions',
  createUpload: 'cancel/already-aborted/create-upload',
  listUploads: 'cancel/already-aborted/list-uploads',
  listUploadsPage: 'cancel/already-aborted/list-uploads-page',
  listVersionsPage: 'cancel/already-aborted/list-versions-page',
  copy: 'cancel/already-aborted/copy-to',
  move: 'cancel/already-aborted/move',
  deleteAll: 'cancel/already-aborted/delete-all',
  copyAll: 'cancel/already-aborted/copy-all',
  keys: 'cancel/already-aborted/keys',
  objects: 'cancel/already-aborted/objects',
  presignPost: 'cancel/already-aborted/presign-post',
} as const satisfies Record<CallName, string>;

/** Other forms of `put` with an aborted signal. */
const abortedPuts: Readonly<Record<string, (args: CallArguments, options: CallOptions) => unknown>> = {
  'cancel/already-aborted/put-new-key': ({ bucket }, options) => bucket.put('new', 'body', options),
  'cancel/already-aborted/put-stream': ({ bucket }, options) => bucket.put('k', inChunks(pattern(100_000), 1000), options),
};

const reasons: Readonly<Record<string, unknown>> = {
  'cancel/reason/error': new Error('enough'),
  'cancel/reason/object': { why: 'enough' },
  'cancel/reason/string': 'enough',
};

const uploadSizes: Readonly<Record<string, number>> = {
  'cancel/during-put/small': 1000,
  'cancel/during-put/large': 600_000,
  'cancel/during-put/one-part': partSize + 1000,
  'cancel/during-put/two-parts': 2 * partSize + 1000,
};

/** Cancelling calls with an `AbortSignal`. */
export const cancelCases = [
  ...entriesOf(abortedCaseIds).map(([name, id]) =>
    contractCase(
      id,
      async (fixture) => {
        const reason = new Error('enough');
        await expectNoEffect(fixture, name, (args) =>
          expectRejection(() => calls[name].run({ ...args, options: { signal: AbortSignal.abort(reason) } }), reason),
        );
      },
      { requires: requirementsOf(name) },
    ),
  ),

  ...entriesOf(abortedPuts).map(([id, call]) =>
    contractCase(id, async (fixture) => {
      const reason = new Error('enough');
      await expectNoEffect(fixture, 'put', (args) => expectRejection(() => call(args, { signal: AbortSignal.abort(reason) }), reason));
    }),
  ),

  ...entriesOf(reasons).map(([id, reason]) =>
    contractCase(id, async ({ bucket }) => {
      await expectRejection(() => bucket.get('k', { signal: AbortSignal.abort(reason) }), reason);
      const controller = new AbortController();
      const source = new GatedSource([pattern(1000)], []);
      const put = bucket.put('k', source, { signal: controller.signal });
      await source.waitAtGate(put);
      controller.abort(reason);
      await expectRejection(() => put, reason);
    }),
  ),

  ...entriesOf(uploadSizes).map(([id, size]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('old', 'the old body', { metadata: { of: 'old' } });
      for (const key of ['new', 'old']) {
        const controller = new AbortController();
        const source = new GatedSource([pattern(size)], [pattern(1000)]);
        const put = bucket.put(key, source, { partSize, signal: controller.signal, metadata: { of: 'new' } });
        await source.waitAtGate(put);
        const reason = new Error('enough');
        controller.abort(reason);
        // The source never yields another chunk: the put must not wait for it.
        await expectRejection(() => withTimeout(10_000, put, 'an aborted put'), reason);
        await waitUntil(() => source.closed, 'the source was closed');
      }
      // Time for a faulty backend to commit the upload nevertheless.
      await delay(100);
      assert.deepEqual(await bucket.listFilename(), ['old']);
      assert.deepEqual({ ...(await bucket.stat('old')).metadata }, { of: 'old' });
      assert.equal(await readText(bucket, 'old'), 'the old body');
      await bucket.put('new', 'body');
      assert.equal(await readText(bucket, 'new'), 'body');
    }),
  ),

  contractCase('cancel/timeout-signal', async ({ bucket }) => {
    const signal = AbortSignal.timeout(50);
    await assert.rejects(
      withTimeout(10_000, bucket.put('k', new GatedSource([pattern(10)], []), { signal }), 'a put with a timeout signal'),
      {
        name: 'TimeoutError',
      },
    );
    assert.equal(await bucket.exists('k'), false);
  }),

  contractCase('cancel/during-read', async ({ bucket }) => {
    await bucket.put('k', pattern(3 * MiB));
    const controller = new AbortController();
    const object = await bucket.get('k', { signal: controller.signal });
    const chunks = object.stream(1000);
    await chunks.next();
    const reason = new Error('enough');
    controller.abort(reason);
    await expectRejection(() => collect({ [Symbol.asyncIterator]: () => chunks }), reason);
    const unread = new AbortController();
    const other = await bucket.get('k', { signal: unread.signal });
    unread.abort(reason);
    await expectRejection(() => other.bytes(), reason);
    await withTimeout(20_000, bucket.put('k', 'new'), 'a put after aborted reads');
  }),

  contractCase('cancel/during-fget', async ({ bucket, createTempFolder }) => {
    const path = await createTempFolder();
    await bucket.put('k', pattern(4 * MiB));
    await writeFile(join(path, 'target'), 'old');
    const controller = new AbortController();
    const reason = new Error('enough');
    await expectRejection(
      () => bucket.fget('k', join(path, 'target'), { signal: controller.signal, progress: () => controller.abort(reason) }),
      reason,
    );
    assert.deepEqual(await listFolder(path), ['target']);
  }),

  contractCase('cancel/during-iterate', async ({ bucket }) => {
    await putKeys(bucket, ['a', 'b', 'c', 'd', 'e']);
    const controller = new AbortController();
    const reason = new Error('enough');
    const seen: string[] = [];
    const iterate = async (): Promise<void> => {
      for await (const { key } of bucket.iterate({ pageSize: 2, signal: controller.signal })) {
        seen.push(key);
        if (key === 'b') controller.abort(reason);
      }
    };
    await expectRejection(iterate, reason);
    assert.deepEqual(seen, ['a', 'b']);
  }),

  contractCase('cancel/after-completion', async ({ bucket }) => {
    const controller = new AbortController();
    const { signal } = controller;
    await bucket.put('k', pattern(100_000), { signal });
    const body = await (await bucket.get('k', { signal })).bytes();
    controller.abort(new Error('enough'));
    assertSameBytes(body, pattern(100_000));
    assertSameBytes(await readBytes(bucket, 'k'), body);
  }),

  contractCase('cancel/one-of-several-puts', async ({ bucket }) => {
    const controller = new AbortController();
    const sources = [0, 1, 2].map(() => new GatedSource([pattern(1000)], [pattern(10)]));
    const puts = sources.map((source, index) => bucket.put(`k${index}`, source, index === 1 ? { signal: controller.signal } : {}));
    await Promise.all(sources.map((source, index) => source.waitAtGate(puts[index] as Promise<unknown>)));
    const reason = new Error('enough');
    controller.abort(reason);
    await expectRejection(() => puts[1], reason);
    for (const source of sources) source.openGate();
    await Promise.all([puts[0], puts[2]]);
    assert.deepEqual(await bucket.listFilename(), ['k0', 'k2']);
  }),

  contractCase('cancel/invalid-signal', async ({ bucket }) => {
    for (const signal of [null, {}, 'abort', new AbortController()]) {
      await expectError(() => bucket.put('k', 'body', { signal: signal as AbortSignal }), 'InvalidArgument');
      await expectError(() => bucket.list({ signal: signal as AbortSignal }), 'InvalidArgument');
    }
    assert.equal(await bucket.exists('k'), false);
  }),
];
