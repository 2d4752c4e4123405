import { PassThrough, Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { chunkBytes, closeUnread, sourceOf } from '../../src/body/source.js';
import type { Source } from '../../src/body/source.js';
import type { PutData } from '../../src/api/options.js';
import { codeOf } from '../failure.js';
import { further, inMemory, inPieces, size, text } from './sources.js';
import type { Opened } from './sources.js';
import { settled } from './streams.js';

async function readAll(source: Source): Promise<string> {
  const iterator = source.open();
  const chunks: Buffer[] = [];
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return Buffer.concat(chunks).toString();
    chunks.push(chunkBytes(next.value));
  }
}

test.for(Object.entries(inMemory))('%s is there at once', async ([, make]) => {
  const source = sourceOf(make());
  expect([source.size, source.bytes?.toString()]).toEqual([size, text]);
  expect(await readAll(source)).toBe(text);
  source.close();
});

test('a large block comes in slices', () => {
  const iterator = sourceOf(Buffer.alloc(300 * 1024)).open() as Iterator<Uint8Array>;
  expect([iterator.next().value?.length, iterator.next().value?.length, iterator.next().done]).toEqual([256 * 1024, 44 * 1024, true]);
});

test('of a block in memory nothing is copied', () => {
  const block = new Uint8Array([1, 2, 3]);
  expect(sourceOf(block).bytes?.buffer).toBe(block.buffer);
  expect(sourceOf(block.buffer).bytes?.buffer).toBe(block.buffer);
});

test.for(Object.entries(inPieces))('%s is read piece by piece', async ([name, make]) => {
  const source = sourceOf(make().data);
  expect([source.size, source.bytes]).toEqual([name === 'StoredObject' ? size : undefined, undefined]);
  expect(await readAll(source)).toBe(text);
});

test.for(Object.entries(further))('%s is read piece by piece', async ([name, make]) => {
  const source = sourceOf(await make());
  expect([source.size, source.bytes]).toEqual([/array|Set/.test(name) ? undefined : size, undefined]);
  expect(await readAll(source)).toBe(text);
  source.close();
});

/** Asks for the first chunk and doesn't wait for it. */
function begin(source: Source): void {
  void (async () => source.open().next())().catch(() => {});
}

const states: Readonly<Record<string, (source: Source) => unknown>> = {
  'was never opened': () => {},
  'was opened': (source) => source.open(),
  'is being read': begin,
  'was read in part': async (source) => source.open().next(),
  'was read': readAll,
};

test.for(
  Object.entries(inPieces).flatMap(([kind, make]) => Object.entries(states).map(([state, bring]) => [kind, state, make, bring] as const)),
)('closes the %s that %s, once', async ([, , make, bring]) => {
  const { data, isClosed } = make();
  const source = sourceOf(data);
  await bring(source);
  source.close();
  source.close();
  await settled();
  await vi.waitFor(async () => expect(await isClosed()).toBe(true));
});

const hanging: Readonly<Record<string, () => Opened>> = {
  'Node stream': () => {
    const data = new Readable({ read: () => {} });
    return { data, isClosed: () => data.destroyed };
  },
  'Web stream': () => {
    let cancelled = false;
    const data = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) });
    return { data, isClosed: () => cancelled };
  },
  'async iterable': () => {
    let closed = false;
    const end = async (): Promise<IteratorResult<Uint8Array>> => {
      closed = true;
      return { done: true, value: undefined };
    };
    return { data: { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: end }) }, isClosed: () => closed };
  },
};

test.for(Object.entries(hanging))('closes a %s that hangs', async ([, make]) => {
  const { data, isClosed } = make();
  const source = sourceOf(data);
  begin(source);
  await settled();
  source.close();
  await settled();
  expect(await isClosed()).toBe(true);
});

test.for(Object.entries(states))('leaves no listener of its own on a Node stream that %s', async ([state, bring]) => {
  const stream = Readable.from(['a', 'b']);
  const source = sourceOf(stream);
  await bring(source);
  source.close();
  // What Node's own reading leaves there.
  const other = Readable.from(['a', 'b']);
  const iterator = other[Symbol.asyncIterator]();
  if (state !== 'was never opened') await bring({ open: () => iterator, close: () => {} });
  other.destroy();
  await settled();
  expect(stream.listenerCount('error')).toBe(other.listenerCount('error'));
  expect(stream.listenerCount('close')).toBe(other.listenerCount('close'));
});

test('a Node stream that fails before it is read fails the reader, not the process', async () => {
  const stream = new PassThrough();
  const source = sourceOf(stream);
  const failure = new Error('gone');
  stream.destroy(failure);
  await settled();
  await expect(source.open().next()).rejects.toBe(failure);
});

test('what fails while it is closed is silent', async () => {
  const fail = () => {
    throw new Error('no');
  };
  const broken = [
    { [Symbol.asyncIterator]: () => ({ next: fail, return: fail }) },
    { [Symbol.iterator]: fail },
    new ReadableStream<Uint8Array>({ cancel: fail }),
    new Readable({ destroy: (_, done) => done(new Error('no')) }),
  ] as PutData[];
  for (const data of broken) sourceOf(data).close();
  await settled();
});

test.for(Object.entries(inPieces))('closes a %s that no call has looked at', async ([, make]) => {
  const { data, isClosed } = make();
  closeUnread(data);
  await vi.waitFor(async () => expect(await isClosed()).toBe(true));
});

test('has nothing to close in what is no source, or in use elsewhere', async () => {
  const stream = lockedWebStream();
  for (const data of [5, undefined, stream]) closeUnread(data as PutData);
  await settled();
  expect(stream.locked).toBe(true);
});

test('a stream that is taken by someone else meanwhile stays theirs', async () => {
  const stream = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from('a')) });
  const source = sourceOf(stream);
  const reader = stream.getReader();
  source.close();
  await settled();
  expect((await reader.read()).done).toBe(false);
});

async function usedWebStream(): Promise<ReadableStream<Uint8Array>> {
  const stream = new Blob(['ab']).stream() as ReadableStream<Uint8Array>;
  const reader = stream.getReader();
  await reader.read();
  reader.releaseLock();
  return stream;
}

function lockedWebStream(): ReadableStream<Uint8Array> {
  const stream = new ReadableStream<Uint8Array>();
  stream.getReader();
  return stream;
}

async function readNodeStream(): Promise<Readable> {
  const stream = Readable.from(['a']);
  await stream.toArray();
  return stream;
}

async function usedObject(): Promise<PutData> {
  const { data } = inPieces['StoredObject']?.() ?? {};
  await (data as { cancel(): Promise<void> }).cancel();
  return data as PutData;
}

test.for([
  ['a Web stream that was read', usedWebStream],
  ['a Web stream that is locked', lockedWebStream],
  ['a Node stream that was read', readNodeStream],
  ['a Node stream that was destroyed', () => new PassThrough().destroy()],
  ['an object whose body was cancelled', usedObject],
] as const)('refuses %s', async ([, make]) => {
  const data = await make();
  expect(codeOf(() => sourceOf(data))).toBe('BodyUsed');
});

test('the refusal of a Node stream that failed tells why', () => {
  const failure = new Error('gone');
  const stream = new PassThrough().on('error', () => {});
  stream.destroy(failure);
  expect(() => sourceOf(stream)).toThrow(expect.objectContaining({ code: 'BodyUsed', cause: failure }));
});

test('of a Node stream that was read in part the rest is taken', async () => {
  const stream = Readable.from(['a', 'b', 'c']);
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) if (chunk === 'a') break;
  expect(await readAll(sourceOf(stream))).toBe('bc');
});

test.for([undefined, null, 1, true, {}, () => {}, Symbol('a'), new Date(0), new WeakMap(), Promise.resolve('a')])(
  'refuses %o, which holds no bytes',
  (data) => {
    expect(codeOf(() => sourceOf(data as PutData))).toBe('InvalidArgument');
  },
);

test.for([1, null, undefined, {}, new Uint16Array(1), new ArrayBuffer(1), ['a']])('refuses the chunk %o', (chunk) => {
  expect(codeOf(() => chunkBytes(chunk))).toBe('InvalidArgument');
});

test('a chunk of text is UTF-8', () => {
  expect(chunkBytes('é')).toEqual(Buffer.from([0xc3, 0xa9]));
});
