import { FsDriver } from '@anybucket/backend-fs';
import type { FileCalls } from '@anybucket/backend-fs';
import type { Datastore } from '@anybucket/core';
import { PortableDatastore } from '@anybucket/core/backend';

/** Options of {@link openDatastore}. */
export interface OpenOptions {
  /** Replaces the system calls of the backend. */
  readonly calls?: FileCalls;
  /** How long to wait for a lock that another process holds, in milliseconds. Defaults to that of the backend. */
  readonly lockTimeoutMs?: number;
  /** Flushes each write to the disk. */
  readonly durable?: boolean;
}

/** Opens a folder with settings that the public options do not have. */
export function openDatastore(root: string, { calls, lockTimeoutMs, durable = false }: OpenOptions): Datastore {
  return new PortableDatastore(
    new FsDriver({ root, durable }, { ...(calls && { calls }), ...(lockTimeoutMs !== undefined && { lockTimeout: lockTimeoutMs }) }),
  );
}
