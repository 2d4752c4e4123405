import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { OpenBody } from '../../src/body/open-body.js';
import { StoredObject } from '../../src/body/stored-object.js';
import type { DriverStream } from '../../src/driver/calls.js';
import { TestRegistry, settled, textOf } from './streams.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A stream that yields a chunk per call of `give`. The test keeps the pending read reachable, as the system does for a socket. */
class PacedStream implements DriverStream {
  cancelled = false;
  give: (text: string | undefined) => void = () => {};

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const text = await new Promise<string | undefined>((resolve) => (this.give = resolve));
      if (text === undefined) return;
      yield Buffer.from(text);
    }
  }

  cancel(): void {
    this.cancelled = true;
  }
}

const registry = new TestRegistry();

function open(stream: DriverStream, length: number): StoredObject {
  const body = new OpenBody(stream, length, registry, undefined, (error) => error);
  return new StoredObject(
    { key: 'k', size: length, etag: '', lastModified: new Date(0), contentType: 'text/plain', metadata: {} },
    undefined,
    body,
  );
}

/** Collects garbage repeatedly, and lets finalizers run. */
async function collect(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    collectGarbage();
    await settled();
  }
}

const unreadObjects: Readonly<Record<string, (object: StoredObject) => unknown>> = {
  'an unread object': () => {},
  'an unread chunk iterator': (object) => void object.stream(),
  'an unread Node stream': (object) => void object.toNodeStream(),
  'an unread Web stream': (object) => void object.toWebStream(),
};

test.for(Object.entries(unreadObjects))('garbage collection releases %s', async ([, prepare]) => {
  const stream = new PacedStream();
  prepare(open(stream, 2));
  await vi.waitFor(async () => {
    await collect();
    expect(stream.cancelled).toBe(true);
  });
  expect(registry.bodies.size).toBe(0);
});

const readers: Readonly<Record<string, (object: StoredObject) => Promise<unknown>>> = {
  bytes: (object) => object.bytes(),
  arrayBuffer: (object) => object.arrayBuffer(),
  text: (object) => object.text(),
  json: (object) => object.json(),
  blob: (object) => object.blob(),
  stream: (object) => textOf(object.stream()),
  'stream in chunks': (object) => textOf(object.stream(1)),
  iterator: (object) => textOf(object),
  toNodeStream: (object) => textOf(object.toNodeStream()),
  toWebStream: (object) => textOf(object.toWebStream()),
};

test.for(Object.entries(readers))('%s completes even if the object is unreachable meanwhile', async ([, read]) => {
  const stream = new PacedStream();
  const result = read(open(stream, 2));
  for (const text of ['1', '2', undefined]) {
    await collect();
    stream.give(text);
  }
  await expect(result).resolves.toBeDefined();
});
