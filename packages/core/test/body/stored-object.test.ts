import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { OpenBody } from '../../src/body/open-body.js';
import { StoredObject } from '../../src/body/stored-object.js';
import { StorageError } from '../../src/api/errors.js';
import { codeOf, failureOf, thrownBy } from '../failure.js';
import { content, info, openObject, parts, size } from './stored-objects.js';
import { TestRegistry, TestStream, settled, textOf } from './streams.js';

const readers: Readonly<Record<string, (object: StoredObject) => Promise<string>>> = {
  bytes: async (object) => (await object.bytes()).toString(),
  arrayBuffer: async (object) => Buffer.from(await object.arrayBuffer()).toString(),
  text: (object) => object.text(),
  json: async (object) => JSON.stringify(await object.json()),
  blob: async (object) => (await object.blob()).text(),
  stream: async (object) => textOf(object.stream()),
  'stream in chunks': async (object) => textOf(object.stream(3)),
  iterator: (object) => textOf(object),
  toNodeStream: async (object) => textOf(object.toNodeStream()),
  toWebStream: async (object) => textOf(object.toWebStream()),
};
const eachReader = Object.entries(readers);

test.for(eachReader)('%s reads the whole body once, from memory', async ([, read]) => {
  const object = openObject(Buffer.from(content));
  expect(object.bodyUsed).toBe(false);
  expect(await read(object)).toBe(content);
  expect(object.bodyUsed).toBe(true);
  for (const again of Object.values(readers)) expect((await failureOf(() => again(object))).code).toBe('BodyUsed');
});

test.for(eachReader)('%s reads the whole body once, from a stream, and releases it', async ([, read]) => {
  const stream = new TestStream(parts);
  const registry = new TestRegistry();
  const { signal } = new AbortController();
  const object = openObject(stream, { registry, signal });
  expect([object.bodyUsed, registry.bodies.size, getEventListeners(signal, 'abort').length]).toEqual([false, 1, 1]);
  expect(await read(object)).toBe(content);
  expect([object.bodyUsed, registry.bodies.size, getEventListeners(signal, 'abort').length]).toEqual([true, 0, 0]);
  expect(stream.cancelled).toBe(1);
  for (const again of Object.values(readers)) expect((await failureOf(() => again(object))).code).toBe('BodyUsed');
});

test.for(eachReader)('%s fails with IncompleteBody if the stream is too short or too long', async ([, read]) => {
  for (const length of [size + 1, size - 1, 0]) {
    const stream = new TestStream(parts);
    const failure = await failureOf(() => read(openObject(stream, { length })));
    expect([failure.code, failure.retryable, stream.cancelled]).toEqual(['IncompleteBody', true, 1]);
  }
});

test.for(eachReader)('%s rejects with the error of the stream, and releases it', async ([, read]) => {
  const stream = new TestStream(parts.slice(0, 2), new Error('gone'));
  const registry = new TestRegistry();
  await expect(read(openObject(stream, { registry }))).rejects.toThrow('gone');
  expect([stream.cancelled, registry.bodies.size]).toEqual([1, 0]);
});

test.for(eachReader)('%s rejects with the reason of an abort while the stream hangs', async ([, read]) => {
  const stream = new TestStream(parts.slice(0, 2), 'hang');
  const controller = new AbortController();
  const reason = new Error('stop');
  const thrown = thrownBy(() => read(openObject(stream, { signal: controller.signal })));
  await settled();
  controller.abort(reason);
  expect(await thrown).toBe(reason);
  expect([stream.cancelled, getEventListeners(controller.signal, 'abort').length]).toEqual([1, 0]);
});

test.for(eachReader)('%s rejects with the reason of an abort before the read', async ([, read]) => {
  const controller = new AbortController();
  const stream = new TestStream(parts);
  const objects = [openObject(stream, { signal: controller.signal }), openObject(Buffer.from(content), { signal: controller.signal })];
  const reason = new Error('stop');
  controller.abort(reason);
  await settled();
  expect([stream.cancelled, stream.reads]).toEqual([1, 0]);
  for (const object of objects) expect(await thrownBy(() => read(object))).toBe(reason);
});

test.for(eachReader)('%s fails with BodyUsed after a cancel, and if cancelled during the read', async ([, read]) => {
  for (const body of [Buffer.from(content), new TestStream(parts)]) {
    const object = openObject(body);
    await object.cancel();
    await object.cancel();
    expect((await failureOf(() => read(object))).code).toBe('BodyUsed');
  }
  const hanging = new TestStream([], 'hang');
  const object = openObject(hanging);
  const failure = failureOf(() => read(object));
  await settled();
  await object.cancel();
  expect([(await failure).code, hanging.cancelled]).toEqual(['BodyUsed', 1]);
});

test('an abort stops the iteration of a body in memory', async () => {
  const controller = new AbortController();
  const length = 200 * 1024;
  const object = openObject(new Uint8Array(length), { signal: controller.signal, length });
  let chunks = 0;
  const reading = async () => {
    for await (const _ of object) if (++chunks === 2) controller.abort('stop');
  };
  expect([await thrownBy(reading), chunks]).toEqual(['stop', 2]);
});

test.for([1, 2, 5, size - 1, size, size + 1])('stream(%i) yields chunks of that size, except for the last', async (chunkSize) => {
  const lengths: number[] = [];
  for await (const chunk of openObject(new TestStream(parts)).stream(chunkSize)) lengths.push(chunk.length);
  expect(lengths.slice(0, -1).every((length) => length === chunkSize)).toBe(true);
  expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(size);
});

test('yields a large body in memory in chunks of 64 KiB', async () => {
  const lengths: number[] = [];
  for await (const chunk of openObject(new Uint8Array(150 * 1024), { length: 150 * 1024 })) lengths.push(chunk.length);
  expect(lengths).toEqual([64 * 1024, 64 * 1024, 22 * 1024]);
});

test.for([0, -1, 1.5, Number.NaN, Infinity, '3', null])('rejects the chunk size %o, and leaves the body unread', async (chunkSize) => {
  const object = openObject(Buffer.from(content));
  expect(codeOf(() => object.stream(chunkSize as number))).toBe('InvalidArgument');
  expect(await object.text()).toBe(content);
});

test('interrupt rejects pending and later reads with the reason', async () => {
  for (const isRead of [false, true]) {
    const stream = new TestStream([], 'hang');
    const body = new OpenBody(stream, size, new TestRegistry(), undefined, (error) => error);
    const object = new StoredObject(info, undefined, body);
    const pending = isRead ? thrownBy(() => object.text()) : undefined;
    await settled();
    const reason = new Error('closed');
    await body.interrupt(reason);
    expect(await (pending ?? thrownBy(() => object.text()))).toBe(reason);
    expect(stream.cancelled).toBe(1);
  }
});

test.for(eachReader)('%s fails with DatastoreClosed for a body in memory, even an empty one', async ([, read]) => {
  const registry = new TestRegistry();
  const objects = [openObject(Buffer.from(content), { registry }), openObject(Buffer.alloc(0), { registry, length: 0 })];
  registry.closedError = new StorageError({ code: 'DatastoreClosed', message: 'the datastore is closed' });
  for (const object of objects) expect((await failureOf(() => read(object))).code).toBe('DatastoreClosed');
});

test('the iteration of a body in memory stops when the datastore is closed', async () => {
  const registry = new TestRegistry();
  const chunks = openObject(Buffer.alloc(200_000), { registry, length: 200_000 })[Symbol.asyncIterator]();
  expect((await chunks.next()).done).toBe(false);
  registry.closedError = new StorageError({ code: 'DatastoreClosed', message: 'the datastore is closed' });
  expect((await failureOf(async () => chunks.next())).code).toBe('DatastoreClosed');
});

test('reads nothing before the first request', async () => {
  const stream = new TestStream(parts);
  const object = openObject(stream);
  object.toWebStream();
  await settled();
  expect(stream.reads).toBe(0);
});

test('a body above the maximum Buffer size fails with EntityTooLarge, and can still be streamed', async () => {
  const object = openObject(new TestStream(parts), { length: 2 ** 53 });
  expect((await failureOf(() => object.bytes())).code).toBe('EntityTooLarge');
  expect(object.bodyUsed).toBe(false);
  expect(String((await object.stream().next()).value)).toBe(parts[0]);
});

test('the readers return their documented types', async () => {
  const read = () => openObject(new TestStream(parts));
  expect(await read().bytes()).toBeInstanceOf(Buffer);
  expect((await read().arrayBuffer()).byteLength).toBe(size);
  expect((await read().blob()).type).toBe('application/json');
  expect(await openObject(Buffer.from('\uFEFFa'), { length: 4 }).text()).toBe('\uFEFFa');
  await expect(openObject(Buffer.from('{'), { length: 1 }).json()).rejects.toBeInstanceOf(SyntaxError);
  for await (const chunk of read()) expect(chunk).toBeInstanceOf(Buffer);
});

test('arrayBuffer has exactly the size of the body', async () => {
  const whole = Buffer.from(`<${content}>`);
  expect(Buffer.from(await openObject(whole.subarray(1, -1)).arrayBuffer()).toString()).toBe(content);
});

test('a body in memory is neither copied nor registered', async () => {
  const registry = new TestRegistry();
  const { signal } = new AbortController();
  const bytes = Buffer.allocUnsafeSlow(size).fill(content);
  const object = openObject(bytes, { registry, signal });
  expect([registry.bodies.size, getEventListeners(signal, 'abort').length]).toEqual([0, 0]);
  expect((await object.bytes()).buffer).toBe(bytes.buffer);
});

test('toNodeStream is not in object mode', () => {
  expect(openObject(new TestStream(parts)).toNodeStream().readableObjectMode).toBe(false);
});

test('converts errors of the stream, but not the reason of an abort', async () => {
  const convert = (error: unknown) => new Error('converted', { cause: error });
  const controller = new AbortController();
  const body = () => new OpenBody(new TestStream([parts[0] ?? ''], cause), size, new TestRegistry(), controller.signal, convert);
  const cause = new Error('gone');
  expect(await thrownBy(() => body().bytes())).toMatchObject({ message: 'converted', cause });
  const late = body();
  controller.abort('stop');
  expect(await thrownBy(() => late.bytes())).toBe('stop');
});

test('has a range only if one was requested', () => {
  const range = { start: 1, end: 2, size: 3 };
  const body = () => new OpenBody(new Uint8Array(1), 1, new TestRegistry(), undefined, (error) => error);
  expect(new StoredObject(info, range, body()).range).toEqual(range);
  expect('range' in new StoredObject(info, undefined, body())).toBe(false);
});
