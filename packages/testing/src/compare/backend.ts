import { connectDatastore, createDatastore } from '@anybucket/core';
import type { Datastore } from '@anybucket/core';
import { describeValue, invalidArgument } from '@anybucket/core/backend';

/** A backend to be compared: a datastore, a URL such as `memory:` or `minio://KEY:SECRET@host:9000`, or a name of the configuration. */
export type ComparedBackend = Datastore | string;

const url = /^[a-z][a-z0-9+.-]+:/i;

/** An open backend. */
export interface OpenBackend {
  /** The name in reports, without credentials. */
  readonly name: string;
  readonly datastore: Datastore;
  /** Closes the datastore if it was opened here. */
  close(): Promise<void>;
}

/** Opens a backend. @throws `ConfigError`; `InvalidArgument` for another value. */
export async function openBackend(backend: ComparedBackend): Promise<OpenBackend> {
  if (typeof backend !== 'string' && (typeof backend !== 'object' || backend === null))
    throw invalidArgument(`each of \`backends\` must be a datastore, a URL or a name of the configuration, not ${describeValue(backend)}`);
  if (typeof backend !== 'string') return { name: backend.name, datastore: backend, close: async () => {} };
  const datastore = url.test(backend) ? await createDatastore(backend) : await connectDatastore(backend);
  return { name: backend.replace(/\/\/[^/]*@/, '//').replace(/\?.*/s, ''), datastore, close: () => datastore.close() };
}
