/** The backend module: the two exports that a configuration loads. */
import type { BackendContext, OptionsSchema } from '@anybucket/core/backend';
import { PortableDatastore } from '@anybucket/core/backend';
import { lmdbDriver } from './lmdb-driver.js';

export const optionsSchema: OptionsSchema = {
  options: { folder: { type: 'string', path: true, required: true, description: 'the folder of the LMDB files' } },
};

/** Creates a datastore. The options are already validated against the schema, and `folder` is absolute. */
export function createDatastore({ folder }: { folder: string }, { name }: Pick<BackendContext, 'name'>): PortableDatastore {
  return new PortableDatastore(lmdbDriver(folder), { name });
}
