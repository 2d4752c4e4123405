import { StorageError, isStorageError } from '../api/errors.js';
import { toStorageError } from '../operations/to-storage-error.js';
import { requireContainer } from './container-like.js';
import { stateOf } from './container-state.js';
import type { DependencyContainer } from './tsyringe.js';

/**
 * Closes the datastores that a container made from its configuration, and nothing that was registered as a value. All are closed, also when
 * one fails. Resolving makes new ones afterwards.
 * @throws `InvalidArgument` for what is no container; the code of the first failure (`InternalError` for an unknown one), with all failures as `cause`.
 */
export async function disposeDatastores(container: DependencyContainer): Promise<void> {
  try {
    requireContainer(container, 'container');
  } catch (error) {
    throw toStorageError(error, { operation: 'disposeDatastores' });
  }
  const closed = await Promise.allSettled([...stateOf(container).made].map((datastore) => datastore.close()));
  const failures = closed.filter((result) => result.status === 'rejected').map(({ reason }): unknown => reason);
  if (failures.length === 0) return;
  const first = failures[0];
  throw new StorageError({
    code: isStorageError(first) ? first.code : 'InternalError',
    operation: 'disposeDatastores',
    message: `${failures.length} of ${closed.length} datastores could not be closed`,
    cause: new AggregateError(failures),
  });
}
