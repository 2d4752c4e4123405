import { EtagHasher, etagOf } from '@anybucket/core/backend';
import type { PutBody } from '@anybucket/core/backend';
import { BlockBuffer } from './content.js';
import type { Content } from './content.js';

/** A body that has been received completely. */
export interface ReceivedBody {
  readonly content: Content;
  /** Size in bytes. */
  readonly size: number;
  readonly etag: string;
}

/** Streamed bodies up to this size are stored as one buffer. */
const maxContiguousBytes = 64 * 1024;

/** Receives a body in memory, without a copy. It must not change later. */
export function receiveBytes(bytes: Uint8Array, partSize: number): ReceivedBody {
  return { content: bytes, size: bytes.byteLength, etag: etagOf(bytes, partSize) };
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
  return { content: size <= maxContiguousBytes ? content.toBuffer() : content, size, etag: hasher.etag() };
}

/** Returns the ETag of a body in one part: its MD5. */
export function plainEtag(content: Content): string {
  if (content instanceof Uint8Array) return etagOf(content, Infinity);
  const hasher = new EtagHasher(Infinity);
  for (const block of content.blocks()) hasher.update(block);
  return hasher.etag();
}
