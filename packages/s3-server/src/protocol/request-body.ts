import { createHash, hash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checksumOf, createChecksumHasher } from '@anybucket/core/backend';
import type { PayloadProtection } from '../auth/authenticate.js';
import { ChunkDecoder } from '../auth/chunk-decoder.js';
import { checksumHeader } from './checksums.js';
import type { PayloadChecksum } from './checksums.js';
import type { RequestHeaders } from './request-headers.js';
import { S3Error } from './s3-error.js';

const noTrailers: ReadonlyMap<string, string> = new Map();

/**
 * The payload of a request. Decodes it and verifies its length, its `Content-MD5`, its SHA-256 and its signatures while it is read; the last
 * read fails if any of them is wrong. It can be read once.
 */
export class RequestBody {
  /** Size in bytes after decoding. Undefined if the client did not declare it. */
  readonly size: number | undefined;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #expectsContinue: boolean;
  readonly #decoder: ChunkDecoder | undefined;
  readonly #sha256: string | undefined;
  readonly #md5: string | undefined;
  #checksum: PayloadChecksum | undefined;
  #trailers = noTrailers;
  #received = 0;

  /** @throws `InvalidDigest` if `Content-MD5` is malformed. */
  constructor(message: IncomingMessage, response: ServerResponse, headers: RequestHeaders, protection: PayloadProtection) {
    this.#message = message;
    this.#response = response;
    this.#expectsContinue = headers.get('expect')?.toLowerCase() === '100-continue';
    this.#md5 = readContentMd5(headers);
    this.#sha256 = protection.kind === 'sha256' ? protection.digest : undefined;
    if (protection.kind === 'unsigned-chunks' || protection.kind === 'signed-chunks') {
      this.#decoder = new ChunkDecoder(protection, trailerNames(headers));
      this.size = readLength(headers.get('x-amz-decoded-content-length'));
    } else if (headers.has('transfer-encoding')) {
      this.size = undefined;
    } else {
      this.size = readLength(headers.get('content-length') ?? '0');
    }
  }

  /** The trailers of an `aws-chunked` payload by lower-case name, once it was read to its end. */
  get trailers(): ReadonlyMap<string, string> {
    return this.#trailers;
  }

  /** Bytes received so far, before decoding. */
  get received(): number {
    return this.#received;
  }

  /** Verifies a checksum as well, with `XAmzContentChecksumMismatch`. Must be called before the payload is read. */
  verifyChecksum(checksum: PayloadChecksum): void {
    this.#checksum = checksum;
  }

  /** Reads the whole payload. @throws `EntityTooLarge` above `maxBytes`, and the errors of {@link chunks}. */
  async bytes(maxBytes: number): Promise<Buffer> {
    if (this.size !== undefined && this.size > maxBytes) throw new S3Error('EntityTooLarge');
    if (this.#decoder !== undefined) return this.#collectDecoded(maxBytes);
    const bytes = await this.#receive(maxBytes);
    if (this.size !== undefined && bytes.length !== this.size) throw new S3Error('IncompleteBody');
    if (this.#sha256 !== undefined && hash('sha256', bytes, 'hex') !== this.#sha256) throw new S3Error('XAmzContentSHA256Mismatch');
    if (this.#md5 !== undefined && hash('md5', bytes, 'base64') !== this.#md5) throw new S3Error('BadDigest');
    if (this.#checksum !== undefined) this.#requireChecksum(this.#checksum, await checksumOf(this.#checksum.algorithm, bytes));
    return bytes;
  }

  /**
   * Reads the payload in chunks.
   *
   * @throws `IncompleteBody`, `BadDigest`, `XAmzContentSHA256Mismatch`, `SignatureDoesNotMatch`; `BadRequest` if `aws-chunked` is malformed.
   */
  async *chunks(): AsyncGenerator<Buffer, void, undefined> {
    const hashes = new PayloadHashes(this.#sha256, this.#md5);
    const checksum = this.#checksum;
    const hasher = checksum === undefined ? undefined : await createChecksumHasher(checksum.algorithm);
    let received = 0;
    for await (const chunk of this.#decoded()) {
      received += chunk.length;
      if (this.size !== undefined && received > this.size) throw new S3Error('IncompleteBody');
      hashes.update(chunk);
      hasher?.update(chunk);
      yield chunk;
    }
    if (this.size !== undefined && received !== this.size) throw new S3Error('IncompleteBody');
    hashes.verify();
    if (checksum !== undefined && hasher !== undefined) this.#requireChecksum(checksum, hasher.digest());
  }

  #requireChecksum({ algorithm, value }: PayloadChecksum, actual: string): void {
    const expected = value ?? this.#trailers.get(checksumHeader(algorithm));
    if (actual !== expected) throw new S3Error('XAmzContentChecksumMismatch');
  }

  async *#decoded(): AsyncGenerator<Buffer, void, undefined> {
    const decoder = this.#decoder;
    for await (const chunk of this.#raw()) {
      if (decoder === undefined) yield chunk;
      else yield* decoder.decode(chunk);
    }
    if (decoder !== undefined) this.#trailers = decoder.finish();
  }

  async *#raw(): AsyncGenerator<Buffer, void, undefined> {
    this.#continue();
    try {
      // Destroying the message would close the connection before the response is sent.
      for await (const chunk of this.#message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        this.#received += chunk.length;
        yield chunk;
      }
    } catch (cause) {
      throw new S3Error('IncompleteBody', { cause });
    }
  }

  async #collectDecoded(maxBytes: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.chunks()) {
      length += chunk.length;
      if (length > maxBytes) throw new S3Error('EntityTooLarge');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** Reads a small payload. By events: an iterator takes several times as long. */
  #receive(maxBytes: number): Promise<Buffer> {
    this.#continue();
    const message = this.#message;
    // A message that is already closed emits no further event.
    if (message.destroyed && !message.readableEnded) return Promise.reject(new S3Error('IncompleteBody'));
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const onData = (chunk: Buffer): void => {
        length += chunk.length;
        this.#received = length;
        chunks.push(chunk);
        if (length <= maxBytes) return;
        message.off('data', onData);
        message.pause();
        reject(new S3Error('EntityTooLarge'));
      };
      message.on('data', onData);
      message.once('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
      message.once('error', (cause) => reject(new S3Error('IncompleteBody', { cause })));
      message.once('close', () => {
        if (!message.complete) reject(new S3Error('IncompleteBody'));
      });
    });
  }

  /** Sends `100 Continue` to a client that waits for it. */
  #continue(): void {
    if (this.#expectsContinue && !this.#response.headersSent && !this.#message.readableDidRead) this.#response.writeContinue();
  }
}

/** The digests that a payload must have. */
class PayloadHashes {
  readonly #sha256: { readonly hash: Hash; readonly expected: string } | undefined;
  readonly #md5: { readonly hash: Hash; readonly expected: string } | undefined;

  constructor(sha256: string | undefined, md5: string | undefined) {
    if (sha256 !== undefined) this.#sha256 = { hash: createHash('sha256'), expected: sha256 };
    if (md5 !== undefined) this.#md5 = { hash: createHash('md5'), expected: md5 };
  }

  update(chunk: Buffer): void {
    this.#sha256?.hash.update(chunk);
    this.#md5?.hash.update(chunk);
  }

  verify(): void {
    if (this.#sha256 !== undefined && this.#sha256.hash.digest('hex') !== this.#sha256.expected)
      throw new S3Error('XAmzContentSHA256Mismatch');
    if (this.#md5 !== undefined && this.#md5.hash.digest('base64') !== this.#md5.expected) throw new S3Error('BadDigest');
  }
}

function readContentMd5(headers: RequestHeaders): string | undefined {
  const md5 = headers.get('content-md5');
  if (md5 !== undefined && !/^[A-Za-z0-9+/]{22}==$/.test(md5)) throw new S3Error('InvalidDigest');
  return md5;
}

function readLength(text: string | undefined): number | undefined {
  const length = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(length) ? length : undefined;
}

function trailerNames(headers: RequestHeaders): string[] {
  const names = headers.get('x-amz-trailer')?.split(',') ?? [];
  return names.map((name) => name.trim().toLowerCase()).filter((name) => name !== '');
}
