import type { Datastore } from '@anybucket/core';
import { DATASTORE } from '@anybucket/core/container';
import { inject, injectable } from 'tsyringe';

/** Creates the buckets of the application. */
@injectable()
export class BucketSetup {
  readonly #datastore: Datastore;

  constructor(@inject(DATASTORE) datastore: Datastore) {
    this.#datastore = datastore;
  }

  /** Creates the buckets that do not exist, and returns their names. */
  async createMissing(names: readonly string[]): Promise<string[]> {
    const created: string[] = [];
    for (const name of names) if (await this.#datastore.createBucket(name)) created.push(name);
    return created;
  }
}
