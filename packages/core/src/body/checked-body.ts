import { createHash, hash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { PutBody } from '../driver/calls.js';
import { StorageError, cut, maxDetailLength } from '../api/errors.js';
import { isError } from '../rules/type-checks.js';
import { shouldYield, yieldToEventLoop } from './event-loop.js';
import { Interrupter } from './interrupter.js';
import type { ProgressListener } from '../api/options.js';
import type { BodyChecksum } from './body-checksum.js';
import { reportProgress } from './report-progress.js';
import { ChunkEncoder } from './source.js';
import type { Source } from './source.js';

/** A maximum size, and the error of larger bodies. */
export interface BodyLimit {
  readonly maxBytes: number;
  readonly error: (maxBytes: number) => StorageError;
}

/** The integrity checks applied to a body while it is streamed. */
export interface BodyChecks {
  /** The declared size in bytes. */
  readonly length: number | undefined;
  readonly limits: readonly BodyLimit[];
  /** The expected MD5 in base64. */
  readonly contentMD5: string | undefined;
  /** Computes the checksum, and verifies it. */
  readonly checksum?: BodyChecksum | undefined;
  readonly progress: ProgressListener | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * The body of a put as passed to the driver. Checks length, MD5 and checksum while it is read, and throws at its end if they differ. A driver
 * that commits after the last chunk therefore never commits a wrong body.
 */
export class CheckedBody implements PutBody {
  readonly size: number | undefined;
  readonly bytes: Buffer | undefined;
  readonly stable: boolean;
  readonly #source: Source;
  readonly #checks: BodyChecks;
  readonly #interrupter = new Interrupter();
  #transferred = 0;

  constructor(source: Source, checks: BodyChecks) {
    this.#source = source;
    this.#checks = checks;
    this.size = checks.length ?? source.size;
    // Chunks with a digest are copied before they are hashed, so that the bytes stored are those that were verified.
    this.stable = source.stable === true || checks.contentMD5 !== undefined || checks.checksum !== undefined;
    const { bytes } = source;
    // Bytes that fail a check are streamed, so that a missing bucket and a failed condition are reported first. With a progress listener,
    // bytes are streamed as well, so that an exception thrown by the listener fails the put before the commit.
    const isWhole = bytes !== undefined && bytes.length === this.size && checks.progress === undefined;
    if (isWhole && hasDigest(bytes, checks.contentMD5) && hasChecksum(bytes, checks.checksum)) this.bytes = bytes;
    else this.#interrupter.link(checks.signal, () => this.#source.close());
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    const { length, limits, contentMD5, checksum, progress } = this.#checks;
    const md5 = contentMD5 === undefined ? undefined : createHash('md5');
    const iterator = this.#source.open();
    const encoder = new ChunkEncoder();
    for (let isLast = false; !isLast;) {
      const next = await this.#read(iterator);
      isLast = next.done === true;
      const received = next.done === true ? encoder.end() : encoder.encode(next.value);
      if (received.length === 0) continue;
      const chunk = this.stable && this.#source.stable !== true ? Buffer.from(received) : received;
      this.#transferred += chunk.length;
      if (length !== undefined && this.#transferred > length) throw incomplete(`the data is longer than the declared ${length} bytes`);
      for (const { maxBytes, error } of limits) if (this.#transferred > maxBytes) throw error(maxBytes);
      md5?.update(chunk);
      checksum?.update(chunk);
      yield chunk;
      if (progress !== undefined) await reportProgress(progress, this.#transferred, this.size);
      if (shouldYield()) await yieldToEventLoop();
    }
    if (length !== undefined && this.#transferred < length)
      throw incomplete(`the data ended after ${this.#transferred} of the declared ${length} bytes`);
    if (md5 !== undefined) requireDigest(md5, contentMD5);
    checksum?.finish();
    if (this.#transferred === 0 && progress !== undefined) await reportProgress(progress, 0, 0);
  }

  checksum(): string | undefined {
    return this.#checks.checksum?.value;
  }

  /** Closes the source and removes the abort listener. Must be called on success and on failure. */
  close(): void {
    this.#interrupter.unlink();
    this.#source.close();
  }

  async #read(iterator: AsyncIterator<Uint8Array | string> | Iterator<Uint8Array | string>): Promise<IteratorResult<Uint8Array | string>> {
    try {
      return await this.#interrupter.guard(async () => iterator.next());
    } catch (cause) {
      throw incomplete(`the source of the data failed: ${cut(isError(cause) ? cause.message : String(cause), maxDetailLength)}`, cause);
    }
  }
}

function hasDigest(bytes: Buffer, contentMD5: string | undefined): boolean {
  return contentMD5 === undefined || hash('md5', bytes, 'base64') === contentMD5;
}

function hasChecksum(bytes: Buffer, checksum: BodyChecksum | undefined): boolean {
  checksum?.update(bytes);
  try {
    checksum?.finish();
    return true;
  } catch {
    return false;
  }
}

function requireDigest(md5: Hash, expected: string | undefined): void {
  const actual = md5.digest('base64');
  if (actual !== expected) throw new StorageError({ code: 'BadDigest', message: `the MD5 of the data is ${actual}, expected ${expected}` });
}

function incomplete(message: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'IncompleteBody', message, cause });
}
