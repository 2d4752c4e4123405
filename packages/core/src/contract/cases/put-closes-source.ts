import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bucket } from '../../api/datastore.js';
import type { PutData, PutOptions } from '../../api/options.js';
import { inChunks, pattern } from '../bodies.js';
import { contractCase } from '../contract-case.js';
import type { Need } from '../contract-case.js';

interface Watched {
  readonly data: PutData;
  readonly closed: () => boolean;
}

const chunk = pattern(1000);
const chunks = 2000;

/** Sources of two megabytes that tell when they have ended or were closed. */
const sources: Readonly<Record<string, () => Watched>> = {
  'node-stream': () => {
    let left = chunks;
    const stream = new Readable({ read: () => void stream.push(left-- > 0 ? chunk : null) });
    return { data: stream, closed: () => stream.destroyed };
  },
  'web-stream': () => {
    let left = chunks;
    let closed = false;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(chunk);
        if (--left > 0) return;
        closed = true;
        controller.close();
      },
      cancel: () => void (closed = true),
    });
    return { data: stream, closed: () => closed };
  },
  iterator: () => {
    let left = chunks;
    let closed = false;
    const end = async (): Promise<IteratorResult<Uint8Array>> => ((closed = true), { done: true, value: undefined });
    const data: AsyncIterableIterator<Uint8Array> = {
      next: async () => (left-- > 0 ? { done: false, value: chunk } : end()),
      return: end,
      [Symbol.asyncIterator]: () => data,
    };
    return { data, closed: () => closed };
  },
};

interface Failure {
  readonly call: (bucket: Bucket, data: PutData) => Promise<unknown>;
  readonly needs?: readonly Need[];
}

const put =
  (key: string, length?: number, options?: PutOptions) =>
  (bucket: Bucket, data: PutData): Promise<unknown> =>
    bucket.put(key, data, length, options);

/** Ways to fail, early and late. */
const failures: Readonly<Record<string, Failure>> = {
  'bad-key': { call: put('a//b') },
  'bad-option': { call: put('k', undefined, { partSize: 1 }) },
  'bad-length': { call: put('k', -1) },
  aborted: { call: put('k', undefined, { signal: AbortSignal.abort() }) },
  'missing-bucket': { call: (bucket, data) => bucket.datastore.bucket(`${bucket.name}-not`).put('k', data) },
  'condition-fails': { call: put('there', undefined, { ifNoneMatch: '*' }), needs: ['conditionalPut'] },
  'too-long': { call: put('k', 10_000) },
};

/** A source handed to `put` is closed whatever becomes of the put: no open file, no open connection stays. */
export const putClosesSourceCases = [
  ...Object.entries(failures).flatMap(([failure, { call, needs = [] }]) =>
    Object.entries(sources).map(([source, make]) =>
      contractCase(
        `put-closes-source/${failure}/${source}`,
        async ({ bucket }) => {
          await bucket.put('there', 'body');
          const { data, closed } = make();
          await assert.rejects(call(bucket, data));
          // Closing may take its turn: the caller need not wait for it.
          for (let waited = 0; !closed() && waited < 1000; waited += 10) await delay(10);
          assert.equal(closed(), true, 'the source was closed');
        },
        { needs },
      ),
    ),
  ),

  contractCase('put-closes-source/success', async ({ bucket }) => {
    const stream = Readable.from(inChunks(pattern(10_000), 100));
    await bucket.put('k', stream);
    for (let waited = 0; !stream.destroyed && waited < 1000; waited += 10) await delay(10);
    assert.equal(stream.destroyed, true);
  }),
];
