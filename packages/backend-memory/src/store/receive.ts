import { EtagHasher, createChecksumHasher, etagOf, partsOfSize, toChecksum } from '@anybucket/core/backend';
import type { ObjectPart, PutBody } from '@anybucket/core/backend';
import type { Checksum, ChecksumAlgorithm, ChecksumRequest } from '@anybucket/core';
import { BlockBuffer, contentBlocks, contentSize } from './content.js';
import type { Content } from './content.js';

/** A body that has been received completely. */
export interface ReceivedBody {
  readonly content: Content;
  /** Size in bytes. */
  readonly size: number;
  readonly etag: string;
  /** Undefined if the body is one part. */
  readonly parts: readonly ObjectPart[] | undefined;
}

/** Streamed bodies up to this size are stored as one buffer. */
const maxContiguousBytes = 64 * 1024;

/** Receives a body in memory, without a copy. It must not change later. */
export function receiveBytes(bytes: Uint8Array, partSize: number): ReceivedBody {
  const size = bytes.byteLength;
  return { content: bytes, size, etag: etagOf(bytes, partSize), parts: partsOfSize(size, partSize) };
}

/** Receives a body in chunks. @throws the error of the body. */
export async function receiveStream(body: PutBody, partSize: number): Promise<ReceivedBody> {
  const content = new BlockBuffer(body.size);
  const hasher = new EtagHasher(partSize);
  for await (const chunk of body) {
    content.append(chunk, body.stable);
    hasher.update(chunk);
  }
  content.trim();
  const { size } = content;
  const etag = hasher.etag();
  return { content: size <= maxContiguousBytes ? content.toBuffer() : content, size, etag, parts: partsOfSize(size, partSize) };
}

/** Returns the checksum that was requested for a body, which has been read. */
export function receivedChecksum(body: PutBody, request: ChecksumRequest | undefined): Checksum | undefined {
  const value = request === undefined ? undefined : body.checksum?.();
  return request === undefined || value === undefined ? undefined : toChecksum(request.algorithm, value);
}

/**
 * Returns the checksum of a copy. As on MinIO, it is that of the whole body, even if that of the source is not.
 *
 * @param algorithm by default that of the source.
 */
export async function checksumOfCopy(
  content: Content,
  source: Checksum | undefined,
  algorithm: ChecksumAlgorithm | undefined = source?.algorithm,
): Promise<Checksum | undefined> {
  if (algorithm === undefined) return undefined;
  if (source?.algorithm === algorithm && source.type === 'full-object') return source;
  const hasher = await createChecksumHasher(algorithm);
  for (const block of contentBlocks(content)) hasher.update(block);
  return toChecksum(algorithm, hasher.digest());
}

/** Returns the ETag of a body in one part: its MD5. */
export function plainEtag(content: Content): string {
  if (content instanceof Uint8Array) return etagOf(content, Infinity);
  const hasher = new EtagHasher(Infinity);
  for (const block of contentBlocks(content)) hasher.update(block);
  return hasher.etag();
}

/** Returns a range of a content. Shares its memory if the range is the whole content; copies the range otherwise. */
export function sliceContent(content: Content, start: number, end: number): Content {
  if (start === 0 && end === contentSize(content)) return content;
  const slice = new BlockBuffer(end - start);
  let offset = 0;
  for (const block of contentBlocks(content)) {
    if (offset >= end) break;
    slice.append(block.subarray(Math.max(0, start - offset), Math.max(0, end - offset)));
    offset += block.byteLength;
  }
  slice.trim();
  return slice.size <= maxContiguousBytes ? slice.toBuffer() : slice;
}
