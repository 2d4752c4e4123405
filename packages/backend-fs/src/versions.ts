import type { VersioningState } from '@anybucket/core';
import type { DriverCall, DriverVersionsPage, ListVersionsCall, VersionDriver } from '@anybucket/core/backend';
import { listVersionsPage } from './reading/list-versions.js';
import type { Access, BucketDirectory, OpenBucket } from './root/bucket-directory.js';
import { shouldYield, yieldToEventLoop } from './system/event-loop.js';

/** Sets the versioning state of buckets, and lists versions. */
export class FsVersions implements VersionDriver {
  readonly #openBucket: OpenBucket;

  constructor(openBucket: OpenBucket) {
    this.#openBucket = openBucket;
  }

  async listVersions(bucket: string, call: ListVersionsCall): Promise<DriverVersionsPage> {
    return listVersionsPage(await this.#requireBucket(bucket, 'read'), call);
  }

  async setVersioning(bucket: string, state: 'enabled' | 'suspended', { signal }: DriverCall): Promise<void> {
    await (await this.#requireBucket(bucket, 'write')).setVersioning(state, signal);
  }

  async getVersioning(bucket: string, _call: DriverCall): Promise<VersioningState> {
    return (await this.#requireBucket(bucket, 'read')).versioning();
  }

  async #requireBucket(name: string, access: Access): Promise<BucketDirectory> {
    if (shouldYield()) await yieldToEventLoop();
    const bucket = await this.#openBucket(name, access);
    bucket.requireExists();
    return bucket;
  }
}
