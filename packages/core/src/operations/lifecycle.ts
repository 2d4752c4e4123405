import { setMaxListeners } from 'node:events';
import type { BodyOwner, OpenBody } from '../body/open-body.js';
import type { Datastore } from '../api/datastore.js';
import { StorageError, withContext } from '../api/errors.js';
import type { ErrorContext } from '../api/errors.js';
import { toStorageError } from './to-storage-error.js';

/**
 * What a datastore has under way: the calls that run and the bodies that are open. Every call goes through {@link run}.
 */
export class Lifecycle implements BodyOwner {
  readonly #bodies = new Set<OpenBody>();
  #running = 0;
  #idle: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  #closed: StorageError | undefined;

  get closed(): StorageError | undefined {
    return this.#closed;
  }

  /** Runs one call: refused when closed or aborted; its failure becomes a `StorageError` that names the call, or the signal's own reason. */
  async run<T>(context: ErrorContext, signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw withContext(closedError(), context);
    signal?.throwIfAborted();
    // One signal may well stand for many calls and bodies at once: that is no leak for Node to warn of.
    if (signal !== undefined) setMaxListeners(0, signal);
    this.#running++;
    try {
      return await call();
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : toStorageError(error, context);
    } finally {
      this.#running--;
      if (this.#running === 0) this.#idle?.();
    }
  }

  opened(body: OpenBody): void {
    this.#bodies.add(body);
  }

  released(body: OpenBody): void {
    this.#bodies.delete(body);
  }

  /** Waits for what runs, cancels open bodies, then releases. A second call waits for the first. */
  close(release: () => Promise<void>): Promise<void> {
    this.#closing ??= this.#close(release);
    return this.#closing;
  }

  async #close(release: () => Promise<void>): Promise<void> {
    // A put may be fed by a body of this very datastore: a running call ends first.
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#idle = resolve));
    this.#closed = closedError();
    await Promise.all(Array.from(this.#bodies, (body) => body.interrupt(closedError())));
    await release();
  }
}

type CloseListeners = WeakMap<Datastore, Set<() => void>>;

// Global: `connect` of one copy of this package may share a datastore that another copy made.
const registry = Symbol.for('anybucket.closeListeners');
const shared = globalThis as { [registry]?: CloseListeners };
const listeners = (shared[registry] ??= new WeakMap());

/** Calls a listener when the datastore begins to close. For whoever shares datastores. */
export function onClose(datastore: Datastore, listener: () => void): void {
  const known = listeners.get(datastore) ?? new Set();
  known.add(listener);
  listeners.set(datastore, known);
}

/** Tells those that asked by {@link onClose}, once. */
export function announceClose(datastore: Datastore): void {
  for (const listener of listeners.get(datastore) ?? []) listener();
  listeners.delete(datastore);
}

function closedError(): StorageError {
  return new StorageError({ code: 'DatastoreClosed', message: 'the datastore is closed' });
}
