import { randomBytes } from 'node:crypto';
import type { ResolvedRange, StoredObject } from '@anybucket/core';
import type { StreamedBody } from './reply.js';
import { contentRange } from './ranges.js';

/** Opens a range of the object. */
type OpenRange = (range: ResolvedRange) => Promise<StoredObject>;

/** A body of type `multipart/byteranges` (RFC 9110, 14.6). Its parts are opened one after the other. */
export class MultipartBody implements StreamedBody {
  readonly contentType: string;
  /** Size in bytes. */
  readonly length: number;
  readonly #ranges: readonly ResolvedRange[];
  readonly #open: OpenRange;
  readonly #heads: readonly Buffer[];
  readonly #end: Buffer;
  #current: StoredObject | undefined;
  #isCancelled = false;

  /**
   * @param partType the content type of the parts.
   * @param first the open object; used for the first range if it is open for exactly that range, otherwise cancelled.
   */
  constructor(ranges: readonly ResolvedRange[], partType: string, first: StoredObject, open: OpenRange) {
    const boundary = randomBytes(18).toString('hex');
    this.contentType = `multipart/byteranges; boundary=${boundary}`;
    this.#ranges = ranges;
    this.#open = open;
    this.#current = first;
    this.#heads = ranges.map((range, index) =>
      Buffer.from(
        `${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: ${partType}\r\nContent-Range: ${contentRange(range)}\r\n\r\n`,
        'latin1',
      ),
    );
    this.#end = Buffer.from(`\r\n--${boundary}--\r\n`);
    const bodyBytes = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    this.length = this.#heads.reduce((sum, head) => sum + head.length, bodyBytes + this.#end.length);
  }

  async *stream(): AsyncIterableIterator<Buffer> {
    try {
      for (const [index, range] of this.#ranges.entries()) {
        yield this.#heads[index] ?? Buffer.alloc(0);
        yield* (await this.#objectOf(range)).stream();
      }
      yield this.#end;
    } finally {
      await this.cancel();
    }
  }

  async cancel(): Promise<void> {
    this.#isCancelled = true;
    await this.#current?.cancel();
  }

  async #objectOf(range: ResolvedRange): Promise<StoredObject> {
    const current = this.#current;
    if (current !== undefined && !current.bodyUsed && isSameRange(current.range, range)) return current;
    await current?.cancel();
    const object = await this.#open(range);
    this.#current = object;
    // The client left meanwhile.
    if (this.#isCancelled) await object.cancel();
    return object;
  }
}

/** Returns whether two ranges are equal. */
export function isSameRange(a: ResolvedRange | undefined, b: ResolvedRange): boolean {
  return a !== undefined && a.start === b.start && a.end === b.end;
}
