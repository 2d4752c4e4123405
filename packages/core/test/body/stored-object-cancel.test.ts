import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import type { StoredObject } from '../../src/body/stored-object.js';
import { openObject, parts } from './stored-objects.js';
import { TestRegistry, TestStream, settled } from './streams.js';

test('cancel waits until the stream is released', async () => {
  let release = (): void => {};
  const stream = Object.assign(new TestStream([]), { cancel: () => new Promise<void>((resolve) => (release = resolve)) });
  const registry = new TestRegistry();
  let done = false;
  const cancelled = openObject(stream, { registry })
    .cancel()
    .then(() => (done = true));
  await settled();
  expect([done, registry.bodies.size]).toEqual([false, 1]);
  release();
  await cancelled;
  expect(registry.bodies.size).toBe(0);
});

test('ignores an error of the stream while cancelling', async () => {
  const stream = Object.assign(new TestStream([]), {
    cancel: () => {
      throw new Error('failed');
    },
  });
  const registry = new TestRegistry();
  await openObject(stream, { registry }).cancel();
  expect(registry.bodies.size).toBe(0);
});

test('await using cancels the body', async () => {
  const stream = new TestStream(parts);
  const object = openObject(stream);
  await object[Symbol.asyncDispose]();
  expect([stream.cancelled, object.bodyUsed]).toEqual([1, true]);
});

// All ways to stop reading early.
const stops: Readonly<Record<string, (object: StoredObject) => unknown>> = {
  'break out of a loop': async (object) => {
    for await (const _ of object) break;
  },
  'break out of a loop over chunks': async (object) => {
    for await (const _ of object.stream(2)) break;
  },
  'return before the first chunk': async (object) => object.stream().return?.(),
  'return before the first chunk of a size': async (object) => object.stream(2).return?.(),
  'destroy the Node stream before it is read': (object) => object.toNodeStream().destroy(),
  'destroy the Node stream with an error': (object) =>
    object
      .toNodeStream()
      .on('error', () => {})
      .destroy(new Error('failed')),
  'destroy the Node stream midway': async (object) => {
    for await (const _ of object.toNodeStream()) break;
  },
  'a pipeline that fails': async (object) => {
    const target = new PassThrough().on('error', () => {});
    const piped = pipeline(object.toNodeStream(), target).catch(() => {});
    target.destroy(new Error('failed'));
    await piped;
  },
  'cancel the Web stream before it is read': (object) => object.toWebStream().cancel(),
  'cancel the Web stream midway': async (object) => {
    for await (const _ of object.toWebStream()) break;
  },
  'cancel the object while it is iterated': async (object) => {
    await object.stream().next();
    await object.cancel();
  },
};

test.for(Object.entries(stops))('%s releases the body', async ([, stop]) => {
  const stream = new TestStream(parts);
  const registry = new TestRegistry();
  const object = openObject(stream, { registry });
  await stop(object);
  await settled();
  expect([stream.cancelled, registry.bodies.size, object.bodyUsed]).toEqual([1, 0, true]);
});

test.for(Object.entries(stops))('%s while the stream hangs releases the body', async ([name, stop]) => {
  // Without a chunk, some of them would hang.
  const chunks = /before|error|fails/.test(name) ? [] : [parts[0] ?? '', parts[2] ?? ''];
  const stream = new TestStream(chunks, 'hang');
  await stop(openObject(stream));
  await settled();
  expect(stream.cancelled).toBe(1);
});
