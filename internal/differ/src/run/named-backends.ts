import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMinio, toUrl } from '@anybucket/minio-server';
import type { MinioServer } from '@anybucket/minio-server';

/** The names of backends that need no URL. */
export const backendNames: readonly string[] = ['memory', 'fs', 'minio', 'endpoint:memory', 'endpoint:fs'];

/** The locations of named backends, as for `Backend.open`. */
export interface NamedBackends {
  readonly locations: readonly string[];
  /** Removes the folders, and stops the server. */
  close(): Promise<void>;
}

/** Prepares backends given by name: each on the file system gets a temporary folder, and `minio` starts a server. */
export async function prepareNamedBackends(names: readonly string[]): Promise<NamedBackends> {
  const folders: string[] = [];
  let server: MinioServer | undefined;
  const locations: string[] = [];
  for (const name of names) {
    if (name === 'minio') {
      server ??= await startMinio();
      locations.push(toUrl(server.address));
    } else if (name.endsWith('fs')) {
      const folder = await mkdtemp(join(tmpdir(), 'anybucket-differ-'));
      folders.push(folder);
      locations.push(`${name}:${folder}`);
    } else {
      locations.push(`${name}:`);
    }
  }
  return {
    locations,
    close: async () => {
      await server?.stop();
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}
