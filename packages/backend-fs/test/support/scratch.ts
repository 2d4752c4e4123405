import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDriver } from '@anybucket/backend-fs';
import type { FsDatastoreOptions, FsSurroundings } from '@anybucket/backend-fs';
import type { Bucket, Datastore } from '@anybucket/core';
import { PortableDatastore } from '@anybucket/core/backend';
import { afterEach } from 'vitest';

/** A folder of its own for each test, removed afterwards, and the datastores opened in it, closed. */
export function scratch() {
  const stores: Datastore[] = [];
  const folders: string[] = [];

  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  return {
    /** A new empty folder. */
    folder(): string {
      const folder = mkdtempSync(join(tmpdir(), 'anybucket-fs-'));
      folders.push(folder);
      return folder;
    },
    open(
      root: string,
      surroundings: FsSurroundings = {},
      options: Partial<FsDatastoreOptions> = {},
    ): Datastore & { pathOf(bucket: string, key: string): string } {
      const driver = new FsDriver({ root, ...options }, surroundings);
      const store = Object.assign(new PortableDatastore(driver), { pathOf: (bucket: string, key: string) => driver.pathOf(bucket, key) });
      stores.push(store);
      return store;
    },
    /** A bucket `photos` in a new root. */
    async bucket(
      surroundings: FsSurroundings = {},
    ): Promise<{ root: string; store: Datastore & { pathOf(bucket: string, key: string): string }; bucket: Bucket }> {
      const root = this.folder();
      const store = this.open(root, surroundings);
      await store.createBucket('photos');
      return { root, store, bucket: store.bucket('photos') };
    },
  };
}

/** The text of an object. */
export async function textOf(bucket: Bucket, key: string): Promise<string> {
  return (await bucket.get(key)).text();
}
