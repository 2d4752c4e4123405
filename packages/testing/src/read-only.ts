import type { Datastore } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import { interceptRequests } from './requests/intercept.js';
import type { StoreRequest } from './requests/intercept.js';
import { writeRequests } from './requests/operations.js';

/**
 * Returns a datastore that can be read only. Every call that would change the store fails with `AccessDenied`, as with the keys of a user who
 * may only read. So does presigning an upload or a deletion.
 */
export function readOnly<Wrapped extends Datastore>(datastore: Wrapped): Wrapped {
  return interceptRequests(datastore, (request) => (isWrite(request) ? { run: deny } : undefined));
}

function isWrite({ request, method }: StoreRequest): boolean {
  if (request === 'Presign') return method === 'PUT' || method === 'DELETE';
  return request === 'PresignPost' || writeRequests.includes(request);
}

async function deny(): Promise<never> {
  return Promise.reject(new StorageError({ code: 'AccessDenied', message: 'the datastore is read-only' }));
}
