import { StorageError, isStorageError } from '../errors.js';
import { stateOf } from './container-state.js';
import type { DependencyContainer } from './tsyringe.js';

/**
 * Closes the datastores that a container made from its configuration, and nothing that was registered as a value. All are closed, also when
 * one fails. Resolving makes new ones afterwards.
 * @throws the code of the first failure (`InternalError` for an unknown one), with all failures as `cause`.
 */
export async function disposeDatastores(container: DependencyContainer): Promise<void> {
  const closed = await Promise.allSettled([...stateOf(container).made].map((datastore) => datastore.close()));
  const failures: unknown[] = closed.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  if (failures.length === 0) return;
  const first = failures[0];
  throw new StorageError({
    code: isStorageError(first) ? first.code : 'InternalError',
    operation: 'disposeDatastores',
    message: `${failures.length} of ${closed.length} datastores could not be closed`,
    cause: new AggregateError(failures),
  });
}
