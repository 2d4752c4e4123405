import type { ChecksumAlgorithm } from '@anybucket/core';
import { checksumBytes } from '@anybucket/core/backend';
import type { Payload } from '../http/payload.js';
import { checksumHeader } from './checksums.js';
import type { Headers } from './object-headers.js';

/** Bytes per chunk. All chunks but the last have this size, so that the size of the whole payload is known before it is read. */
const chunkBytes = 64 * 1024;

/** A payload in the encoding `aws-chunked`, which can end with a trailer. */
export interface AwsChunked {
  readonly payload: Payload;
  readonly headers: Headers;
  /** The value of `x-amz-content-sha256`. */
  readonly payloadHash: string;
}

/**
 * Encodes a stream of known size, with its checksum as the trailer.
 *
 * @param valueOf returns the checksum in base64. Called after the stream has ended.
 * @param contentEncoding the content encoding of the object, which precedes that of the request.
 */
export function awsChunked(
  { size, chunks }: Exclude<Payload, Uint8Array>,
  algorithm: ChecksumAlgorithm,
  valueOf: () => string,
  contentEncoding: string | undefined,
): AwsChunked {
  const trailer = checksumHeader(algorithm);
  const end = (value: string): string => `0\r\n${trailer}:${value}\r\n\r\n`;
  const placeholder = Buffer.alloc(checksumBytes[algorithm]).toString('base64');
  const lastBytes = size % chunkBytes;
  const wholeChunks = (size - lastBytes) / chunkBytes;
  const encodedSize = wholeChunks * frameBytes(chunkBytes) + (lastBytes === 0 ? 0 : frameBytes(lastBytes)) + end(placeholder).length;
  return {
    headers: {
      'content-encoding': contentEncoding === undefined ? 'aws-chunked' : `${contentEncoding},aws-chunked`,
      'x-amz-decoded-content-length': String(size),
      'x-amz-trailer': trailer,
    },
    payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    payload: { size: encodedSize, chunks: encode(chunks, () => end(valueOf())) },
  };
}

async function* encode(chunks: AsyncIterable<Uint8Array>, end: () => string): AsyncGenerator<Uint8Array, void, undefined> {
  let block = Buffer.allocUnsafe(chunkBytes);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let offset = 0; offset < chunk.byteLength;) {
      const copied = chunk.subarray(offset, offset + chunkBytes - filled);
      block.set(copied, filled);
      filled += copied.byteLength;
      offset += copied.byteLength;
      if (filled < chunkBytes) continue;
      yield frame(block);
      block = Buffer.allocUnsafe(chunkBytes);
      filled = 0;
    }
  }
  if (filled > 0) yield frame(block.subarray(0, filled));
  yield Buffer.from(end());
}

function frame(data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${data.byteLength.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
}

function frameBytes(size: number): number {
  return size.toString(16).length + size + 4;
}
