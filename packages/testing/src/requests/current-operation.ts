import { AsyncLocalStorage } from 'node:async_hooks';
import type { Operation } from './operations.js';

// Global, so that the entries of this package share it although each may be bundled on its own.
const key = Symbol.for('anybucket.testing.operation');
const globals = globalThis as { [key]?: AsyncLocalStorage<Operation> };

function storage(): AsyncLocalStorage<Operation> {
  return (globals[key] ??= new AsyncLocalStorage());
}

/** Runs a public method, so that its requests can be attributed to it. */
export function runOperation<T>(operation: Operation, call: () => T): T {
  return storage().run(operation, call);
}

/** Returns the public method that is running; undefined if the datastore was wrapped again by other means. */
export function currentOperation(): Operation | undefined {
  return storage().getStore();
}
