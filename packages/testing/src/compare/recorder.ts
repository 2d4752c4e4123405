import { createHash } from 'node:crypto';
import type { Datastore } from '@anybucket/core';
import { interceptRequests, mapDownload } from '../requests/intercept.js';
import { trackOperations } from '../requests/track-operations.js';
import { Normaliser } from './normalise.js';

/** A call of a program with its result. */
export interface RecordedCall {
  /** The call as code, with symbols for ids. */
  readonly call: string;
  /** The result as indented JSON; `{ "error": ... }` if the call failed. */
  readonly result: string;
}

interface OpenRecord {
  readonly call: string;
  result: unknown;
}

/** Records the calls of a program, in the order in which they began. */
export class Recorder {
  readonly datastore: Datastore;
  readonly #normaliser = new Normaliser();
  readonly #records: OpenRecord[] = [];

  constructor(datastore: Datastore) {
    const observed = interceptRequests(datastore, ({ request }) =>
      request === 'GetObject' ? { download: (object) => mapDownload(object, (chunks) => this.#digest(chunks)) } : undefined,
    );
    this.datastore = trackOperations(observed, (call, run) => {
      const record: OpenRecord = { call: this.#normaliser.call(call), result: '<pending>' };
      this.#records.push(record);
      const settle = (value: unknown): void => {
        record.result = this.#normaliser.result(call.operation, value);
      };
      const fail = (error: unknown): void => {
        record.result = this.#normaliser.error(error);
      };
      return observe(run(), settle, fail);
    });
  }

  get calls(): RecordedCall[] {
    return this.#records.map(({ call, result }) => ({ call, result: JSON.stringify(result, undefined, 2) ?? 'undefined' }));
  }

  /** Records the bytes that the program receives, as an entry of their own, since they are read after the call. */
  async *#digest(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    const record: OpenRecord = { call: '(body)', result: '<not read to its end>' };
    this.#records.push(record);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
      record.result = { bytes, sha256: hash.digest('hex') };
    } catch (error) {
      record.result = this.#normaliser.error(error);
      throw error;
    }
  }
}

/** Passes the outcome of a call on, and the entries that an iterator yields. */
function observe(result: unknown, settle: (value: unknown) => void, fail: (error: unknown) => void): unknown {
  if (isIterator(result)) {
    const entries: unknown[] = [];
    return {
      next: async () => {
        try {
          const next = await result.next();
          if (next.done !== true) entries.push(next.value);
          settle([...entries]);
          return next;
        } catch (error) {
          fail(error);
          throw error;
        }
      },
      return: async (value?: unknown) => (await result.return?.(value)) ?? { done: true, value },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
  // The caller handles a rejection; this copy of the promise must not report it.
  void Promise.resolve(result).then(settle, fail);
  return result;
}

function isIterator(value: unknown): value is AsyncIterableIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
}
