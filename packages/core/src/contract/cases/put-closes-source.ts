import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import type { Bucket } from '../../api/datastore.js';
import type { PutData, PutOptions } from '../../api/options.js';
import { inChunks, pattern } from '../bodies.js';
import { waitUntil } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import type { Requirement } from '../contract-context.js';

interface ObservedSource {
  readonly data: PutData;
  readonly closed: () => boolean;
}

const chunk = pattern(1000);
const chunks = 2000;

/** Sources of two megabytes that record when they end or are closed. */
const sources: Readonly<Record<SourceKind, () => ObservedSource>> = {
  nodeStream: () => {
    let remaining = chunks;
    const stream = new Readable({ read: () => void stream.push(remaining-- > 0 ? chunk : null) });
    return { data: stream, closed: () => stream.destroyed };
  },
  webStream: () => {
    let remaining = chunks;
    let closed = false;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(chunk);
        if (--remaining > 0) return;
        closed = true;
        controller.close();
      },
      cancel: () => void (closed = true),
    });
    return { data: stream, closed: () => closed };
  },
  iterator: () => {
    let remaining = chunks;
    let closed = false;
    const end = async (): Promise<IteratorResult<Uint8Array>> => ((closed = true), { done: true, value: undefined });
    const data: AsyncIterableIterator<Uint8Array> = {
      next: async () => (remaining-- > 0 ? { done: false, value: chunk } : end()),
      return: end,
      [Symbol.asyncIterator]: () => data,
    };
    return { data, closed: () => closed };
  },
};

type SourceKind = 'nodeStream' | 'webStream' | 'iterator';

interface Failure {
  readonly call: (bucket: Bucket, data: PutData) => Promise<unknown>;
  readonly requires?: readonly Requirement[];
  readonly ids: Readonly<Record<SourceKind, string>>;
}

const put =
  (key: string, length?: number, options?: PutOptions) =>
  (bucket: Bucket, data: PutData): Promise<unknown> =>
    bucket.put(key, data, length, options);

/** Puts that fail, before and while the source is read. */
const failures: readonly Failure[] = [
  {
    call: put('a\ud800'),
    ids: {
      nodeStream: 'put-closes-source/invalid-key/node-stream',
      webStream: 'put-closes-source/invalid-key/web-stream',
      iterator: 'put-closes-source/invalid-key/iterator',
    },
  },
  {
    call: put('k', undefined, { partSize: 1 }),
    ids: {
      nodeStream: 'put-closes-source/invalid-option/node-stream',
      webStream: 'put-closes-source/invalid-option/web-stream',
      iterator: 'put-closes-source/invalid-option/iterator',
    },
  },
  {
    call: put('k', -1),
    ids: {
      nodeStream: 'put-closes-source/invalid-length/node-stream',
      webStream: 'put-closes-source/invalid-length/web-stream',
      iterator: 'put-closes-source/invalid-length/iterator',
    },
  },
  {
    call: put('k', undefined, { signal: AbortSignal.abort() }),
    ids: {
      nodeStream: 'put-closes-source/aborted/node-stream',
      webStream: 'put-closes-source/aborted/web-stream',
      iterator: 'put-closes-source/aborted/iterator',
    },
  },
  {
    call: (bucket, data) => bucket.datastore.bucket(`${bucket.name}-not`).put('k', data),
    ids: {
      nodeStream: 'put-closes-source/missing-bucket/node-stream',
      webStream: 'put-closes-source/missing-bucket/web-stream',
      iterator: 'put-closes-source/missing-bucket/iterator',
    },
  },
  {
    call: put('existing', undefined, { ifNoneMatch: '*' }),
    requires: ['conditionalPut'],
    ids: {
      nodeStream: 'put-closes-source/precondition-failed/node-stream',
      webStream: 'put-closes-source/precondition-failed/web-stream',
      iterator: 'put-closes-source/precondition-failed/iterator',
    },
  },
  {
    call: put('k', 10_000),
    ids: {
      nodeStream: 'put-closes-source/body-too-long/node-stream',
      webStream: 'put-closes-source/body-too-long/web-stream',
      iterator: 'put-closes-source/body-too-long/iterator',
    },
  },
];

/** `put` closes its source, even if it fails: no file or connection stays open. */
export const putClosesSourceCases = [
  ...failures.flatMap(({ call, requires = [], ids }) =>
    entriesOf(ids).map(([source, id]) =>
      contractCase(
        id,
        async ({ bucket }) => {
          await bucket.put('existing', 'body');
          const { data, closed } = sources[source]();
          await assert.rejects(call(bucket, data));
          // The source may be closed in the background.
          await waitUntil(closed, 'the source was closed');
        },
        { requires },
      ),
    ),
  ),

  contractCase('put-closes-source/success', async ({ bucket }) => {
    const stream = Readable.from(inChunks(pattern(10_000), 100));
    await bucket.put('k', stream);
    await waitUntil(() => stream.destroyed, 'the source was closed');
  }),
];
