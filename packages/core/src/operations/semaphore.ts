/** Limits the number of pieces of work that run at the same time. The rest waits in the order of arrival. */
export class Semaphore {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Runs `work` when a slot is free. @throws the reason of the signal if it is aborted first. */
  async run<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await this.#slot(signal);
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  #slot(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        this.#waiting.delete(start);
        signal?.removeEventListener('abort', abort);
        reject(signal?.reason as Error);
      };
      if (signal?.aborted === true) return abort();
      signal?.addEventListener('abort', abort);
      this.#waiting.add(start);
    });
  }

  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    // The slot passes to the next one, so that no later call can take it first.
    this.#waiting.delete(next);
    next();
  }
}

// Global, so that all copies of this package in the process share the limits.
const registry = Symbol.for('anybucket.semaphores');
const globals = globalThis as { [registry]?: { readonly transfers: Semaphore; readonly requests: Semaphore } };
const semaphores = (globals[registry] ??= { transfers: new Semaphore(64), requests: new Semaphore(64) });

/**
 * Limits `fget` and `fput` of all datastores to 64 at a time, because each opens up to two files. `put` and `get` take no slot: a put may
 * wait for a get.
 */
export const transferSlots = semaphores.transfers;

const copySemaphores = new WeakMap<object, Semaphore>();

/**
 * Returns the semaphore that limits `fcopyTo` of a datastore to 64 at a time. Not one for all datastores: a copy on a server of this process
 * waits for the copy of the datastore behind the server.
 */
export function copySlots(datastore: object): Semaphore {
  const slots = copySemaphores.get(datastore) ?? new Semaphore(64);
  copySemaphores.set(datastore, slots);
  return slots;
}

/** Limits the HTTP requests of `putRequest` to 64 at a time. Not `transferSlots`, because the data of a request may come from an `fget`. */
export const requestSlots = semaphores.requests;
