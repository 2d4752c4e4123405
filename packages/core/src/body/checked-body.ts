import { createHash, hash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { PutBody } from '../driver/calls.js';
import { StorageError } from '../api/errors.js';
import { Interrupter } from './interrupter.js';
import { report } from './progress.js';
import type { ProgressListener } from '../api/options.js';
import { chunkBytes } from './source.js';
import type { Source } from './source.js';

/** What the bytes of a body are held against on their way. */
export interface BodyChecks {
  /** Bytes that the caller declared. */
  readonly length: number | undefined;
  /** Bytes that its key may have, where there is a limit. */
  readonly most: number | undefined;
  /** Base64. */
  readonly contentMD5: string | undefined;
  readonly progress: ProgressListener | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Above this a body in memory is handed on in slices. */
const wholeBytes = 2 ** 20;

/**
 * A caller's source as a driver sees it: it counts and hashes on the way, and throws at its end when the length or the MD5 differs,
 * so that a driver that commits after the last chunk can't store a wrong body.
 */
export class CheckedBody implements PutBody {
  readonly size: number | undefined;
  readonly bytes: Buffer | undefined;
  readonly #source: Source;
  readonly #checks: BodyChecks;
  readonly #interrupter = new Interrupter();
  #transferred = 0;

  constructor(source: Source, checks: BodyChecks) {
    this.#source = source;
    this.#checks = checks;
    this.size = checks.length ?? source.size;
    const { bytes } = source;
    // Bytes that fail a check take the long way: there they fail at their turn, behind the bucket and the condition.
    if (bytes !== undefined && bytes.length <= wholeBytes && bytes.length === this.size && digestFits(bytes, checks.contentMD5))
      this.bytes = bytes;
    else this.#interrupter.link(checks.signal, () => this.#source.close());
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    const { length, most, contentMD5, progress } = this.#checks;
    const md5 = contentMD5 === undefined ? undefined : createHash('md5');
    const iterator = this.#source.open();
    for (;;) {
      const next = await this.#read(iterator);
      if (next.done === true) break;
      const chunk = chunkBytes(next.value);
      if (chunk.length === 0) continue;
      this.#transferred += chunk.length;
      if (length !== undefined && this.#transferred > length) throw incomplete(`the data has more than the declared ${length} bytes`);
      if (most !== undefined && this.#transferred > most) throw inParts(most);
      md5?.update(chunk);
      yield chunk;
      report(progress, this.#transferred, this.size);
    }
    if (length !== undefined && this.#transferred < length)
      throw incomplete(`the data ended after ${this.#transferred} of the declared ${length} bytes`);
    if (md5 !== undefined) requireDigest(md5, contentMD5);
  }

  /** The put has succeeded: of bytes that a driver took whole, and of a body without any, no progress was told yet. */
  finish(): void {
    const size = this.bytes?.length ?? 0;
    if (this.#transferred === 0) report(this.#checks.progress, size, size);
  }

  /** Closes the source and lets go of the signal. To be called whatever became of the put. */
  close(): void {
    this.#interrupter.unlink();
    this.#source.close();
  }

  async #read(iterator: AsyncIterator<Uint8Array | string> | Iterator<Uint8Array | string>): Promise<IteratorResult<Uint8Array | string>> {
    try {
      return await this.#interrupter.guard(async () => iterator.next());
    } catch (cause) {
      throw incomplete(`the source of the data failed: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    }
  }
}

function digestFits(bytes: Buffer, contentMD5: string | undefined): boolean {
  return contentMD5 === undefined || hash('md5', bytes, 'base64') === contentMD5;
}

function requireDigest(md5: Hash, expected: string | undefined): void {
  const actual = md5.digest('base64');
  if (actual !== expected) throw new StorageError({ code: 'BadDigest', message: `the data has the MD5 ${actual}, not ${expected}` });
}

/** MinIO takes no upload in parts for such a key: no backend does. */
function inParts(most: number): StorageError {
  const message = `a key that ends in \`/\` takes one part, here ${most} bytes: raise \`partSize\``;
  return new StorageError({ code: 'InvalidKey', message });
}

function incomplete(message: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'IncompleteBody', message, cause });
}
