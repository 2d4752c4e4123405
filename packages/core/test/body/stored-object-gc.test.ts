import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { OpenBody } from '../../src/body/open-body.js';
import { StoredObject } from '../../src/body/stored-object.js';
import type { DriverStream } from '../../src/driver/calls.js';
import { TestRegistry, settled, textOf } from './streams.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A body that gives its bytes when it is told to: what it waits for is held by this, as a socket is by the system. */
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

/** Collects until nothing more is finalised. */
async function collect(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    collectGarbage();
    await settled();
  }
}

const forgotten: Readonly<Record<string, (object: StoredObject) => unknown>> = {
  'an object that nobody reads': () => {},
  'chunks that nobody reads': (object) => void object.stream(),
  'a Node stream that nobody reads': (object) => void object.toNodeStream(),
  'a Web stream that nobody reads': (object) => void object.toWebStream(),
};

test.for(Object.entries(forgotten))('%s is released when it is dropped', async ([, forget]) => {
  const stream = new PacedStream();
  forget(open(stream, 2));
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

test.for(Object.entries(readers))('%s ends though nobody holds the object meanwhile', async ([, read]) => {
  const stream = new PacedStream();
  const result = read(open(stream, 2));
  for (const text of ['1', '2', undefined]) {
    await collect();
    stream.give(text);
  }
  await expect(result).resolves.toBeDefined();
});
