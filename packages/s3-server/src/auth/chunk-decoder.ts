import { createHash, hash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { S3Error } from '../protocol/s3-error.js';
import type { PayloadProtection } from './authenticate.js';
import { isSameSignature, sign } from './signature.js';

/** The forms of `aws-chunked`. */
export type ChunkedProtection = Extract<PayloadProtection, { readonly kind: 'unsigned-chunks' | 'signed-chunks' }>;

const maxChunkBytes = 16 * 2 ** 20;
const maxLineBytes = 4 * 1024;
const maxTrailerBytes = 16 * 1024;
const emptyHash = hash('sha256', '', 'hex');
const signatureTrailer = 'x-amz-trailer-signature';

/**
 * Decodes a payload in `aws-chunked` encoding and verifies its signatures. A chunk is passed on before its signature, which follows from all
 * of it, is verified: the consumer must not commit before {@link finish}.
 */
export class ChunkDecoder {
  readonly #protection: ChunkedProtection;
  readonly #expectedTrailers: readonly string[];
  #state: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  /** The beginning of a line or of the trailer. */
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes of the chunk that have not arrived. */
  #remaining = 0;
  #previousSignature: string;
  #chunkSignature = '';
  #chunkHash: Hash | undefined;

  /** @param expectedTrailers names in lower case. */
  constructor(protection: ChunkedProtection, expectedTrailers: readonly string[]) {
    this.#protection = protection;
    this.#expectedTrailers = expectedTrailers;
    this.#previousSignature = protection.kind === 'signed-chunks' ? protection.seedSignature : '';
  }

  /** Yields the decoded bytes of a part of the payload. @throws `BadRequest`, `SignatureDoesNotMatch` */
  *decode(received: Buffer): Generator<Buffer, void, undefined> {
    let rest = received;
    while (rest.length > 0) {
      if (this.#state === 'data') {
        const data = rest.subarray(0, this.#remaining);
        this.#remaining -= data.length;
        this.#chunkHash?.update(data);
        if (this.#remaining === 0) this.#endData();
        rest = rest.subarray(data.length);
        yield data;
        continue;
      }
      if (this.#state === 'trailer') {
        this.#pending = Buffer.concat([this.#pending, rest]);
        if (this.#pending.length > maxTrailerBytes) throw malformed();
        return;
      }
      const end = rest.indexOf('\n');
      const line = Buffer.concat([this.#pending, end < 0 ? rest : rest.subarray(0, end)]);
      if (line.length > maxLineBytes) throw malformed('header line too long');
      if (end < 0) {
        this.#pending = line;
        return;
      }
      this.#pending = Buffer.alloc(0);
      rest = rest.subarray(end + 1);
      this.#readLine(line);
    }
  }

  /** Verifies the end of the payload. @returns the trailers by lower-case name. @throws `IncompleteBody`, `BadRequest`, `SignatureDoesNotMatch` */
  finish(): ReadonlyMap<string, string> {
    if (this.#state !== 'trailer') throw new S3Error('IncompleteBody');
    const lines = this.#pending
      .toString()
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const trailers = new Map<string, string>();
    let signature: string | undefined;
    for (const line of lines) {
      const index = line.indexOf(':');
      if (index <= 0) throw malformed();
      const name = line.slice(0, index).toLowerCase();
      const value = line.slice(index + 1).trim();
      if (name === signatureTrailer) signature = value;
      else if (!this.#expectedTrailers.includes(name)) throw malformed();
      else trailers.set(name, value);
    }
    if (this.#expectedTrailers.some((name) => !trailers.has(name))) throw new S3Error('IncompleteBody');
    if (this.#protection.kind === 'signed-chunks' && this.#protection.trailer) this.#verifyTrailer(lines, signature);
    return trailers;
  }

  #readLine(line: Buffer): void {
    if (line.at(-1) !== 0x0d) throw malformed();
    const text = line.toString('latin1', 0, line.length - 1);
    if (this.#state === 'data-end') {
      if (text !== '') throw malformed();
      this.#state = 'size';
      return;
    }
    const isSigned = this.#protection.kind === 'signed-chunks';
    const [, size, signature] = (isSigned ? /^([0-9a-f]{1,16});chunk-signature=([0-9a-f]{64})$/i : /^([0-9a-f]{1,16})$/i).exec(text) ?? [];
    if (size === undefined) throw malformed();
    this.#remaining = Number.parseInt(size, 16);
    if (this.#remaining > maxChunkBytes) throw malformed('chunk too big: choose chunk size <= 16MiB');
    if (isSigned) {
      this.#chunkSignature = signature ?? '';
      this.#chunkHash = createHash('sha256');
    }
    if (this.#remaining > 0) {
      this.#state = 'data';
      return;
    }
    this.#verifyChunk();
    this.#state = 'trailer';
  }

  #endData(): void {
    this.#verifyChunk();
    this.#state = 'data-end';
  }

  #verifyChunk(): void {
    const protection = this.#protection;
    if (protection.kind !== 'signed-chunks') return;
    const chunkHash = this.#chunkHash?.digest('hex') ?? emptyHash;
    const { date, scope, signingKey } = protection;
    const text = ['AWS4-HMAC-SHA256-PAYLOAD', date, scope, this.#previousSignature, emptyHash, chunkHash].join('\n');
    this.#verify(this.#chunkSignature, sign(signingKey, text));
  }

  #verifyTrailer(lines: readonly string[], signature: string | undefined): void {
    const protection = this.#protection;
    if (protection.kind !== 'signed-chunks') return;
    if (signature === undefined) throw malformed();
    const signedLines = lines.filter((line) => !line.toLowerCase().startsWith(`${signatureTrailer}:`));
    const trailerHash = hash('sha256', signedLines.map((line) => `${line}\n`).join(''), 'hex');
    const { date, scope, signingKey } = protection;
    const text = ['AWS4-HMAC-SHA256-TRAILER', date, scope, this.#previousSignature, trailerHash].join('\n');
    this.#verify(signature, sign(signingKey, text));
  }

  #verify(given: string, expected: string): void {
    if (!isSameSignature(given.toLowerCase(), expected)) throw new S3Error('SignatureDoesNotMatch');
    this.#previousSignature = expected;
  }
}

function malformed(message = 'malformed chunked encoding'): S3Error {
  return new S3Error('BadRequest', { message });
}
