import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverObject, PutBody, StorageError } from '@anybucket/core/backend';
import { mapDownload, mapUpload } from '../requests/intercept.js';
import type { RequestHooks, StoreRequest } from '../requests/intercept.js';
import { matches } from '../requests/pattern.js';
import type { Fault } from './fault.js';
import { faultError } from './fault-error.js';
import { breakAfter, corruptBit } from './faulty-body.js';
import { randomNumbers } from './random-numbers.js';
import type { Stalls } from './stalls.js';

/** A fault of a plan, with the requests that it has affected. */
export class PlannedFault {
  readonly fault: Fault;
  readonly #stalls: Stalls;
  readonly #random: () => number;
  readonly #newRequestId: () => string;
  #matched = 0;
  #occurred = 0;

  constructor(fault: Fault, { stalls, seed, newRequestId }: { stalls: Stalls; seed: number; newRequestId: () => string }) {
    this.fault = fault;
    this.#stalls = stalls;
    this.#random = randomNumbers(seed);
    this.#newRequestId = newRequestId;
  }

  /** Number of requests that match, affected or not. */
  get matched(): number {
    return this.#matched;
  }

  /** Number of requests that were affected. */
  get occurred(): number {
    return this.#occurred;
  }

  /** Returns what the fault does with a request; undefined if it does not affect it. */
  hooksFor(request: StoreRequest): RequestHooks | undefined {
    const { operation, bucket, key, nth = 1, times = 1, probability = 1 } = this.fault;
    if (operation !== request.operation && operation !== request.request) return undefined;
    const keys = request.keys ?? [request.key];
    if (!matches(bucket, request.bucket) || !keys.some((one) => matches(key, one))) return undefined;
    const number = ++this.#matched;
    if (number < nth || number >= nth + times || (probability < 1 && this.#random() >= probability)) return undefined;
    return this.#hooks(request);
  }

  #hooks({ signal, request, size, keys }: StoreRequest): RequestHooks {
    const { key, error, afterBytes, responseLost, truncate, corrupt, stall, delayMs } = this.fault;
    const affectsBody = afterBytes !== undefined || truncate !== undefined || corrupt === true;
    const upload = affectsBody ? (body: PutBody) => this.#upload(body, size, signal) : undefined;
    const download = affectsBody ? (object: DriverObject) => this.#download(object, signal) : undefined;
    const failKey =
      error !== undefined && key !== undefined && keys !== undefined && responseLost !== true
        ? (one: string) => (matches(key, one) ? this.#fail(error) : undefined)
        : undefined;
    return {
      run: async (send) => {
        if (delayMs !== undefined) {
          if (!affectsBody && error === undefined && stall !== true) this.#occurred++;
          await sleep(delayMs, undefined, { signal });
        }
        if (!affectsBody && failKey === undefined) {
          if (stall === true) await this.#stall(signal);
          if (error !== undefined && responseLost !== true) throw this.#fail(error);
        }
        const result = await send();
        if (error === undefined || responseLost !== true) return result;
        if (request === 'GetObject') await cancelBody(result);
        throw this.#fail(error);
      },
      ...(upload === undefined ? {} : { upload }),
      ...(download === undefined ? {} : { download }),
      ...(failKey === undefined ? {} : { failKey }),
    };
  }

  #upload(body: PutBody, size: number | undefined, signal: AbortSignal | undefined): PutBody {
    const { truncate, corrupt } = this.fault;
    if (corrupt === true) return mapUpload(body, (chunks) => this.#rejectCorrupt(chunks));
    const length = truncate === undefined ? undefined : truncatedLength(truncate, size);
    if (length !== undefined && length >= (size ?? Infinity)) return body;
    const end = truncate === undefined ? () => this.#break(signal) : async () => Promise.reject(this.#fail('IncompleteBody'));
    return mapUpload(body, (chunks) => breakAfter(chunks, length ?? this.fault.afterBytes ?? 0, end));
  }

  #download(object: DriverObject, signal: AbortSignal | undefined): DriverObject {
    const { truncate, corrupt, afterBytes = 0 } = this.fault;
    const size = object.range === undefined ? object.info.size : object.range.end - object.range.start;
    if (corrupt === true) {
      const offset = Math.floor(this.#random() * size);
      return mapDownload(object, (chunks) => corruptBit(chunks, offset, () => this.#occurred++));
    }
    if (truncate === undefined) return mapDownload(object, (chunks) => breakAfter(chunks, afterBytes, () => this.#break(signal)));
    const length = truncatedLength(truncate, size);
    if (length >= size) return object;
    const end = async (): Promise<void> => {
      this.#occurred++;
    };
    return mapDownload(object, (chunks) => breakAfter(chunks, length, end));
  }

  /** Reads a body to its end, as a server does before it compares checksums. */
  async *#rejectCorrupt(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    let received = 0;
    for await (const chunk of chunks) {
      received += chunk.length;
      yield chunk;
    }
    if (received > 0) throw this.#fail('BadDigest');
  }

  async #break(signal: AbortSignal | undefined): Promise<void> {
    const { error } = this.fault;
    if (error === undefined) await this.#stall(signal);
    else throw this.#fail(error);
  }

  async #stall(signal: AbortSignal | undefined): Promise<void> {
    this.#occurred++;
    await this.#stalls.wait(signal);
  }

  #fail(code: Parameters<typeof faultError>[0]): StorageError {
    this.#occurred++;
    return faultError(code, this.#newRequestId());
  }
}

function truncatedLength(truncate: number | true, size = 0): number {
  return truncate === true ? Math.floor(size / 2) : truncate;
}

/** Releases the body of a response that is lost. */
async function cancelBody(result: unknown): Promise<void> {
  const { body } = result as DriverObject;
  if ('cancel' in body) await body.cancel();
}
