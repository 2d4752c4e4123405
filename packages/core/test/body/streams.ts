import type { BodyRegistry, OpenBody } from '../../src/body/open-body.js';
import type { StorageError } from '../../src/api/errors.js';
import type { DriverStream } from '../../src/driver/calls.js';

/** A driver stream that yields the chunks, then ends, hangs, or throws an error. */
export class TestStream implements DriverStream {
  /** Number of calls of `cancel`. */
  cancelled = 0;
  /** Number of chunks requested. */
  reads = 0;
  readonly #chunks: Iterator<string>;
  readonly #ending: 'end' | 'hang' | Error;

  constructor(chunks: readonly string[], ending: 'end' | 'hang' | Error = 'end') {
    this.#chunks = chunks.values();
    this.#ending = ending;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() };
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.reads++;
    const next = this.#chunks.next();
    if (next.done !== true) return { done: false, value: new TextEncoder().encode(next.value) };
    if (this.#ending instanceof Error) throw this.#ending;
    return this.#ending === 'end' ? { done: true, value: undefined } : new Promise(() => {});
  }

  cancel(): void {
    this.cancelled++;
  }
}

/** A registry that exposes the open bodies. */
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

/** Reads an iterable as UTF-8 text. */
export async function textOf(chunks: AsyncIterable<Uint8Array | string>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all).toString();
}

/** Resolves when all pending microtasks and immediates have run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(() => setImmediate(resolve)));
}
