import { createReadStream, mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { OpenBody } from '../../src/body/open-body.js';
import type { PutData } from '../../src/api/options.js';
import { StoredObject } from '../../src/body/stored-object.js';
import { TestRegistry, TestStream } from './streams.js';

/** The content of every source below. */
export const text = 'hello wörld';
export const size = Buffer.byteLength(text);
const parts = ['hello ', '', 'wörld'];

/** Data in memory, which need not be closed. */
export const inMemory: Readonly<Record<string, () => PutData>> = {
  string: () => text,
  Buffer: () => Buffer.from(text),
  Uint8Array: () => new TextEncoder().encode(text),
  'view of a larger buffer': () => Buffer.from(`<${text}>`).subarray(1, -1),
  Uint16Array: () => new Uint16Array(new Uint8Array(Buffer.from(text)).buffer),
  DataView: () => new DataView(new Uint8Array(Buffer.from(`<${text}>`)).buffer, 1, size),
  ArrayBuffer: () => new Uint8Array(Buffer.from(text)).buffer,
  SharedArrayBuffer: () => {
    const shared = new SharedArrayBuffer(size);
    new Uint8Array(shared).set(Buffer.from(text));
    return shared;
  },
};

/** Streamed data, and whether it was closed. */
export interface StreamedData {
  readonly data: PutData;
  readonly isClosed: () => boolean | Promise<boolean>;
}

async function* asyncParts(): AsyncGenerator<Uint8Array, void, undefined> {
  for (const part of parts) yield Buffer.from(part);
}

function* syncParts(): Generator<string, void, undefined> {
  yield* parts;
}

/** Returns an iterable that is not a generator, and is closed when `return` was called. */
function closable(): StreamedData {
  const left = parts.values();
  let closed = 0;
  const iterator: AsyncIterator<string> = {
    next: async () => left.next(),
    return: async () => {
      closed++;
      return { done: true, value: undefined };
    },
  };
  return { data: { [Symbol.asyncIterator]: () => iterator }, isClosed: () => closed === 1 };
}

function ofReadable(data: Readable): StreamedData {
  return { data, isClosed: () => data.destroyed && data.closed };
}

/** Creates a file with the text that is removed after the test. */
function textFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anybucket-body-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'text');
  writeFileSync(path, text);
  return path;
}

function storedObject(stream: TestStream, range?: { start: number; end: number; size: number }): StoredObject {
  const info = { key: 'k', size: range?.size ?? size, etag: '', lastModified: new Date(0), contentType: 'text/plain', metadata: {} };
  return new StoredObject(info, range, new OpenBody(stream, size, new TestRegistry(), undefined, (error) => error));
}

/** Streamed data that can be closed. */
export const streamed: Readonly<Record<string, () => StreamedData>> = {
  'Node stream': () => ofReadable(Readable.from(asyncParts())),
  'Node stream of text': () => ofReadable(Readable.from(parts.filter(Boolean))),
  PassThrough: () => {
    const stream = new PassThrough();
    stream.end(text);
    return ofReadable(stream);
  },
  'file stream': () => ofReadable(createReadStream(textFile(), { highWaterMark: 4 })),
  'Web stream': () => {
    let cancelled = false;
    const left = parts.values();
    const data = new ReadableStream<Uint8Array>({
      pull(controller) {
        const next = left.next();
        if (next.done !== true) return controller.enqueue(Buffer.from(next.value));
        cancelled = true;
        controller.close();
      },
      cancel() {
        cancelled = true;
      },
    });
    return { data, isClosed: () => cancelled && !data.locked };
  },
  'async generator': () => {
    const data = asyncParts();
    return { data, isClosed: async () => (await data.next()).done === true };
  },
  generator: () => {
    const data = syncParts();
    return { data, isClosed: () => data.next().done === true };
  },
  'async iterable': closable,
  StoredObject: () => {
    const stream = new TestStream(parts);
    return { data: storedObject(stream), isClosed: () => stream.cancelled === 1 };
  },
};

/** Streamed data whose closing cannot be observed. */
export const unobservable: Readonly<Record<string, () => PutData | Promise<PutData>>> = {
  array: () => parts,
  Set: () => new Set(parts),
  Blob: () => new Blob([text]),
  'Blob of a file': () => openAsBlob(textFile()),
  File: () => new File([text], 'name'),
  'StoredObject of a range': () => storedObject(new TestStream(parts), { start: 3, end: 3 + size, size: 99 }),
};
