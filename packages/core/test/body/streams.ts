import type { BodyRegistry, OpenBody } from '../../src/body/open-body.js';
import type { StorageError } from '../../src/api/errors.js';
import type { DriverStream } from '../../src/driver/calls.js';

/** The body of a driver as a test wants it: some chunks, then its end, a failure, or nothing more ever. */
export class TestStream implements DriverStream {
  /** How often `cancel` was called. */
  cancelled = 0;
  /** How many chunks were asked for. */
  reads = 0;
  readonly #chunks: Iterator<string>;
  readonly #then: 'end' | 'hang' | Error;

  constructor(chunks: readonly string[], then: 'end' | 'hang' | Error = 'end') {
    this.#chunks = chunks.values();
    this.#then = then;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() };
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.reads++;
    const next = this.#chunks.next();
    if (next.done !== true) return { done: false, value: new TextEncoder().encode(next.value) };
    if (this.#then instanceof Error) throw this.#then;
    return this.#then === 'end' ? { done: true, value: undefined } : new Promise(() => {});
  }

  cancel(): void {
    this.cancelled++;
  }
}

/** Keeps the bodies that are open. */
export class TestRegistry implements BodyRegistry {
  readonly bodies = new Set<OpenBody>();
  closedError: StorageError | undefined;

  register(body: OpenBody): void {
    this.bodies.add(body);
  }

  unregister(body: OpenBody): void {
    this.bodies.delete(body);
  }
}

/** All bytes of an iterable as text. */
export async function textOf(chunks: AsyncIterable<Uint8Array | string>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all).toString();
}

/** Lets everything run that is ready to. */
export function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(() => setImmediate(resolve)));
}
