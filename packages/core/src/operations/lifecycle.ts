import { setMaxListeners } from 'node:events';
import { shouldYield, yieldToEventLoop } from '../body/event-loop.js';
import type { BodyRegistry, OpenBody } from '../body/open-body.js';
import type { Datastore } from '../api/datastore.js';
import { StorageError, withContext } from '../api/errors.js';
import type { ErrorContext } from '../api/errors.js';
import { signalOf } from './check-options.js';
import { toStorageError } from './to-storage-error.js';

/** The running calls and open bodies of a datastore. Every call is made through {@link run}. */
export class Lifecycle implements BodyRegistry {
  readonly #bodies = new Set<OpenBody>();
  #runningCalls = 0;
  #onIdle: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  #closedError: StorageError | undefined;

  get closedError(): StorageError | undefined {
    return this.#closedError;
  }

  /**
   * Runs a call.
   *
   * @throws `DatastoreClosed` if the datastore is closed; the reason of the signal if it is aborted; any other failure as a `StorageError`
   *   with the operation, bucket and key of the call.
   */
  async run<T>(context: ErrorContext, options: unknown, call: () => Promise<T>): Promise<T> {
    const signal = signalOf(options);
    if (this.#closing !== undefined) throw withContext(datastoreClosed(), context);
    signal?.throwIfAborted();
    // Many concurrent calls may share a signal. Node would report their listeners as a leak.
    if (signal instanceof EventTarget) setMaxListeners(0, signal);
    this.#runningCalls++;
    try {
      return await call();
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : toStorageError(error, context);
    } finally {
      // Before the call ends, because it must settle before `close` does.
      if (shouldYield()) await yieldToEventLoop();
      this.#runningCalls--;
      if (this.#runningCalls === 0) this.#onIdle?.();
    }
  }

  register(body: OpenBody): void {
    this.#bodies.add(body);
  }

  unregister(body: OpenBody): void {
    this.#bodies.delete(body);
  }

  /** Waits for running calls, cancels open bodies, then calls `release`. A second call returns the promise of the first. */
  close(release: () => Promise<void>): Promise<void> {
    this.#closing ??= this.#close(release);
    return this.#closing;
  }

  async #close(release: () => Promise<void>): Promise<void> {
    // Calls before bodies: a running put may read from an open body of this datastore.
    if (this.#runningCalls > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#closedError = datastoreClosed();
    await Promise.all(Array.from(this.#bodies, (body) => body.interrupt(datastoreClosed())));
    await release();
  }
}

type CloseListeners = WeakMap<Datastore, Set<() => void>>;

// Global, so that it also works between two copies of this package.
const registry = Symbol.for('anybucket.closeListeners');
const globals = globalThis as { [registry]?: CloseListeners };
const listeners = (globals[registry] ??= new WeakMap());

/** Registers a listener that is called once, when the datastore begins to close. */
export function onClose(datastore: Datastore, listener: () => void): void {
  const registered = listeners.get(datastore) ?? new Set();
  registered.add(listener);
  listeners.set(datastore, registered);
}

/** Calls the listeners registered by {@link onClose}, once. */
export function notifyCloseListeners(datastore: Datastore): void {
  for (const listener of listeners.get(datastore) ?? []) listener();
  listeners.delete(datastore);
}

function datastoreClosed(): StorageError {
  return new StorageError({ code: 'DatastoreClosed', message: 'the datastore is closed' });
}
