import { PassThrough, Readable } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { ChunkEncoder, closeUnread, sourceOf, sourceOfOwnedBytes } from '../../src/body/source.js';
import type { Source } from '../../src/body/source.js';
import type { PutData } from '../../src/api/options.js';
import { codeOf } from '../failure.js';
import { unobservable, inMemory, streamed, size, text } from './sources.js';
import type { StreamedData } from './sources.js';
import { settled } from './streams.js';

async function readAll(source: Source): Promise<string> {
  const iterator = source.open();
  const encoder = new ChunkEncoder();
  const chunks: Buffer[] = [];
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return Buffer.concat(chunks).toString();
    chunks.push(encoder.encode(next.value));
  }
}

test.for(Object.entries(inMemory))('provides the bytes of a %s in memory', async ([, make]) => {
  const source = sourceOf(make());
  expect([source.size, source.bytes?.toString()]).toEqual([size, text]);
  expect(await readAll(source)).toBe(text);
  source.close();
});

test('yields a large block in slices', () => {
  const iterator = sourceOf(Buffer.alloc(300 * 1024)).open() as Iterator<Uint8Array>;
  expect([iterator.next().value?.length, iterator.next().value?.length, iterator.next().done]).toEqual([256 * 1024, 44 * 1024, true]);
});

test.for([3, 2 ** 20, 2 ** 20 + 1, 3 * 2 ** 20])('copies %i bytes of the caller at once', async (length) => {
  for (const view of [(block: Uint8Array<ArrayBuffer>) => block, (block: Uint8Array<ArrayBuffer>) => block.buffer]) {
    const block = new Uint8Array(length).fill(97);
    const source = sourceOf(view(block));
    block.fill(98);
    expect([source.size, source.stable, source.bytes?.length]).toEqual([length, true, length > 2 ** 20 ? undefined : length]);
    expect(await readAll(source)).toBe('a'.repeat(length));
  }
});

test('does not copy owned bytes', () => {
  const block = Buffer.from('abc');
  expect(sourceOfOwnedBytes(block).bytes).toBe(block);
});

const pairs: Readonly<Record<string, () => PutData>> = {
  ...Object.fromEntries(Object.entries(streamed).map(([name, make]) => [name, () => make().data])),
  'array iterator': () => ['a', 'b'].values(),
};

test.for(Object.entries(pairs))('rejects a %s that was passed to another put, and leaves the first one intact', async ([, make]) => {
  const data = make();
  const first = sourceOf(data);
  expect(codeOf(() => sourceOf(data))).toBe('BodyUsed');
  closeUnread(data);
  expect(await readAll(first)).toMatch(/^(?:hello wörld|ab)$/);
  first.close();
  await settled();
  expect(codeOf(() => sourceOf(data))).toBe('BodyUsed');
});

test.for([
  ['array', () => ['a']],
  ['Set', () => new Set(['a'])],
  ['Blob', () => new Blob(['a'])],
  ['class with an iterator method', () => ({ *[Symbol.iterator]() { yield 'a'; } })], // prettier-ignore
] as const)('accepts a %s several times', async ([, make]) => {
  const data = make() as PutData;
  const sources = [sourceOf(data), sourceOf(data)];
  expect(await Promise.all(sources.map(readAll))).toEqual(['a', 'a']);
});

const readers: Readonly<Record<string, (stream: PassThrough) => unknown>> = {
  'has a data listener': (stream) => stream.on('data', () => {}),
  'was resumed': (stream) => stream.resume(),
  'is piped': (stream) => stream.pipe(new PassThrough()),
  'is iterated': (stream) => void stream[Symbol.asyncIterator]().next(),
  'has a readable listener': (stream) => stream.on('readable', () => {}),
};

test.for(Object.entries(readers))('rejects a Node stream that %s, and does not close it', async ([, read]) => {
  const stream = new PassThrough();
  read(stream);
  expect(codeOf(() => sourceOf(stream))).toBe('BodyUsed');
  closeUnread(stream);
  await settled();
  expect(stream.destroyed).toBe(false);
});

test('a Node stream does not flow before it is opened', async () => {
  const stream = Readable.from(['a', 'b']);
  const source = sourceOf(stream);
  const seen: unknown[] = [];
  stream.on('data', (chunk) => seen.push(chunk)).resume();
  stream.pipe(new PassThrough());
  await settled();
  expect(seen).toEqual([]);
  expect(await readAll(source)).toBe('ab');
});

test('accepts a paused and partly read Node stream', async () => {
  const stream = Readable.from([Buffer.from('ab'), Buffer.from('cd')], { objectMode: false });
  stream.on('data', () => stream.pause());
  await settled();
  expect(await readAll(sourceOf(stream))).toMatch(/cd$/);
});

test.for(Object.entries(streamed))('streams a %s', async ([name, make]) => {
  const source = sourceOf(make().data);
  expect([source.size, source.bytes]).toEqual([name === 'StoredObject' ? size : undefined, undefined]);
  expect(await readAll(source)).toBe(text);
});

test.for(Object.entries(unobservable))('streams a %s', async ([name, make]) => {
  const source = sourceOf(await make());
  expect([source.size, source.bytes]).toEqual([/array|Set/.test(name) ? undefined : size, undefined]);
  expect(await readAll(source)).toBe(text);
  source.close();
});

/** Starts a read without awaiting it. */
function startReading(source: Source): void {
  void (async () => source.open().next())().catch(() => {});
}

const states: Readonly<Record<string, (source: Source) => unknown>> = {
  'was never opened': () => {},
  'was opened': (source) => source.open(),
  'is being read': startReading,
  'was partly read': async (source) => source.open().next(),
  'was read': readAll,
};

test.for(
  Object.entries(streamed).flatMap(([kind, make]) =>
    Object.entries(states).map(([state, enterState]) => [kind, state, make, enterState] as const),
  ),
)('closes once a %s that %s', async ([, , make, enterState]) => {
  const { data, isClosed } = make();
  const source = sourceOf(data);
  await enterState(source);
  source.close();
  source.close();
  await settled();
  await vi.waitFor(async () => expect(await isClosed()).toBe(true));
});

const hanging: Readonly<Record<string, () => StreamedData>> = {
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

test.for(Object.entries(hanging))('closes a %s with a pending read', async ([, make]) => {
  const { data, isClosed } = make();
  const source = sourceOf(data);
  startReading(source);
  await settled();
  source.close();
  await settled();
  expect(await isClosed()).toBe(true);
});

test.for(Object.entries(states))('leaves no listeners on a Node stream that %s', async ([state, enterState]) => {
  const stream = Readable.from(['a', 'b']);
  const source = sourceOf(stream);
  await enterState(source);
  source.close();
  // The listeners that Node itself leaves.
  const other = Readable.from(['a', 'b']);
  const iterator = other[Symbol.asyncIterator]();
  if (state !== 'was never opened') await enterState({ open: () => iterator, close: () => {} });
  other.destroy();
  await settled();
  expect(stream.listenerCount('error')).toBe(other.listenerCount('error'));
  expect(stream.listenerCount('close')).toBe(other.listenerCount('close'));
});

test('a Node stream that fails before it is read rejects the first read, and does not crash the process', async () => {
  const stream = new PassThrough();
  const source = sourceOf(stream);
  const failure = new Error('gone');
  stream.destroy(failure);
  await settled();
  await expect(source.open().next()).rejects.toBe(failure);
});

test('ignores failures while closing', async () => {
  const fail = () => {
    throw new Error('failed');
  };
  const broken = [
    { [Symbol.asyncIterator]: () => ({ next: fail, return: fail }) },
    { [Symbol.iterator]: fail },
    new ReadableStream<Uint8Array>({ cancel: fail }),
    new Readable({ destroy: (_, done) => done(new Error('failed')) }),
  ] as PutData[];
  for (const data of broken) sourceOf(data).close();
  await settled();
});

test.for(Object.entries(streamed))('closeUnread closes a %s', async ([, make]) => {
  const { data, isClosed } = make();
  closeUnread(data);
  await vi.waitFor(async () => expect(await isClosed()).toBe(true));
});

test('closeUnread ignores invalid data and locked streams', async () => {
  const stream = lockedWebStream();
  for (const data of [5, undefined, stream]) closeUnread(data as PutData);
  await settled();
  expect(stream.locked).toBe(true);
});

test('locks a Web stream at once', async () => {
  const stream = new ReadableStream<Uint8Array>();
  const source = sourceOf(stream);
  expect(stream.locked).toBe(true);
  source.close();
  await settled();
  expect(stream.locked).toBe(false);
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
  const { data } = streamed['StoredObject']?.() ?? {};
  await (data as { cancel(): Promise<void> }).cancel();
  return data as PutData;
}

test.for([
  ['a Web stream that was read', usedWebStream],
  ['a Web stream that is locked', lockedWebStream],
  ['a Node stream that was read', readNodeStream],
  ['a Node stream that was destroyed', () => new PassThrough().destroy()],
  ['an object whose body was cancelled', usedObject],
] as const)('rejects %s', async ([, make]) => {
  const data = await make();
  expect(codeOf(() => sourceOf(data))).toBe('BodyUsed');
});

test('the error for a failed Node stream has its cause', () => {
  const failure = new Error('gone');
  const stream = new PassThrough().on('error', () => {});
  stream.destroy(failure);
  expect(() => sourceOf(stream)).toThrow(expect.objectContaining({ code: 'BodyUsed', cause: failure }));
});

test('reads the rest of a partly read Node stream', async () => {
  const stream = Readable.from(['a', 'b', 'c']);
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) if (chunk === 'a') break;
  expect(await readAll(sourceOf(stream))).toBe('bc');
});

test.for([undefined, null, 1, true, {}, () => {}, Symbol('a'), new Date(0), new WeakMap(), Promise.resolve('a')])('rejects %o', (data) => {
  expect(codeOf(() => sourceOf(data as PutData))).toBe('InvalidArgument');
});

test.for([1, null, undefined, {}, new Uint16Array(1), new ArrayBuffer(1), ['a']])('rejects the chunk %o', (chunk) => {
  expect(codeOf(() => new ChunkEncoder().encode(chunk))).toBe('InvalidArgument');
});

test('encodes a string chunk as UTF-8', () => {
  expect(new ChunkEncoder().encode('é')).toEqual(Buffer.from([0xc3, 0xa9]));
});

test('joins surrogate pairs that are split over string chunks', () => {
  const encoder = new ChunkEncoder();
  const chunks = ['a\ud83d', '\ude00b', '', '\ud83d', '', '\ude00', '\ud83d', Buffer.from('c'), '\ud83d'].map((chunk) =>
    encoder.encode(chunk),
  );
  expect(Buffer.concat([...chunks, encoder.end()]).toString()).toBe('a😀b😀\ufffdc\ufffd');
});
