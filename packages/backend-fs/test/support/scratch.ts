import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDriver } from '@anybucket/backend-fs';
import type { FsDatastoreOptions, FsDriverInternals } from '@anybucket/backend-fs';
import type { Bucket, Datastore } from '@anybucket/core';
import { PortableDatastore } from '@anybucket/core/backend';
import { afterEach } from 'vitest';

/** A datastore with the `pathOf` of `FsDatastore`. */
export type TestDatastore = Datastore & { pathOf(bucket: string, key: string): string };

/** Creates directories and datastores, which are removed and closed after each test. */
export function scratch() {
  const stores: Datastore[] = [];
  const directories: string[] = [];

  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  });

  return {
    /** Creates an empty directory. */
    directory(): string {
      const directory = mkdtempSync(join(tmpdir(), 'anybucket-fs-'));
      directories.push(directory);
      return directory;
    },
    open(root: string, internals: FsDriverInternals = {}, options: Partial<FsDatastoreOptions> = {}): TestDatastore {
      const driver = new FsDriver({ root, ...options }, internals);
      const store = Object.assign(new PortableDatastore(driver), { pathOf: (bucket: string, key: string) => driver.pathOf(bucket, key) });
      stores.push(store);
      return store;
    },
    /** Creates the bucket `photos` in a new root. */
    async bucket(internals: FsDriverInternals = {}): Promise<{ root: string; store: TestDatastore; bucket: Bucket }> {
      const root = this.directory();
      const store = this.open(root, internals);
      await store.createBucket('photos');
      return { root, store, bucket: store.bucket('photos') };
    },
  };
}

/** Reads an object as text. */
export async function textOf(bucket: Bucket, key: string): Promise<string> {
  return (await bucket.get(key)).text();
}
