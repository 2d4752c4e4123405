import { EtagHasher, etagOf } from '@anybucket/core/backend';
import type { PutBody } from '@anybucket/core/backend';
import { Blocks } from './blocks.js';
import type { Content } from './content.js';

/** A body that has been received whole. */
export interface Received {
  readonly content: Content;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
}

/** Bytes up to which a body that came as a stream becomes one buffer. */
const wholeBytes = 64 * 1024;

/** Takes a body that is in memory; whoever stores it copies it. */
export function receiveBytes(bytes: Uint8Array, partSize: number): Received {
  return { content: bytes, size: bytes.byteLength, etag: etagOf(bytes, partSize) };
}

/** Collects a body that comes in chunks. @throws what the body throws. */
export async function receiveStream(body: PutBody, partSize: number): Promise<Received> {
  const blocks = new Blocks(body.size);
  const hasher = new EtagHasher(partSize);
  for await (const chunk of body) {
    blocks.append(chunk);
    hasher.update(chunk);
  }
  blocks.trim();
  return { content: blocks.size <= wholeBytes ? blocks.toBuffer() : blocks, size: blocks.size, etag: hasher.etag() };
}

/** The MD5 of a body that is stored already. */
export function plainEtag(content: Content): string {
  if (content instanceof Uint8Array) return etagOf(content, Infinity);
  const hasher = new EtagHasher(Infinity);
  for (const block of content.blocks()) hasher.update(block);
  return hasher.etag();
}
