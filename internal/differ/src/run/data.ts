import { Readable } from 'node:stream';
import type { BodyLeaf, FetchLeaf } from '../calls/call.js';
import { bytesOf } from '../calls/content.js';

/** Makes what a body leaf stands for. @param abort aborts the call's own signal. */
export function dataOf({ content, form, chunk, ends }: BodyLeaf, abort: () => void): unknown {
  const bytes = bytesOf(content);
  switch (form) {
    case 'string':
      return bytes.toString();
    case 'buffer':
      return bytes;
    case 'view': {
      // With bytes around it that are not meant.
      const around = Buffer.concat([Buffer.from('<<'), bytes, Buffer.from('>')]);
      return new Uint8Array(around.buffer, around.byteOffset + 2, bytes.length);
    }
    case 'arrayBuffer':
      return new Uint8Array(bytes).buffer;
    case 'blob':
      return new Blob([new Uint8Array(bytes)]);
    case 'nodeStream':
      return Readable.from(endingWith(bytes, chunk, ends, abort), { objectMode: false });
    case 'webStream':
      return ReadableStream.from(endingWith(bytes, chunk, ends, abort));
    case 'iterable':
      return Array.from(chunksOf(bytes, chunk));
    case 'asyncIterable':
      return endingWith(bytes, chunk, ends, abort);
  }
}

/** Makes the `fetch` that answers as a leaf says. */
export function fetchOf({ status, content, contentType, contentLength, ends }: FetchLeaf): typeof globalThis.fetch {
  const headers: Record<string, string> = {};
  if (contentType !== undefined) headers['content-type'] = contentType;
  if (contentLength !== undefined) headers['content-length'] = String(contentLength);
  const body = () => ReadableStream.from(endingWith(bytesOf(content), 65_536, ends, () => undefined)) as ReadableStream<Uint8Array>;
  return () => Promise.resolve(new Response(body(), { status, headers }));
}

function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function* endingWith(bytes: Buffer, size: number, ends: BodyLeaf['ends'], abort: () => void): AsyncGenerator {
  yield* chunksOf(bytes, size);
  if (ends === 'throws') throw new Error('the source failed');
  if (ends === 'junk') yield 42;
  if (ends === 'aborts') abort();
}
