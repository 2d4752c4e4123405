import type { Datastore } from '@anybucket/core';
import { DATASTORE } from '@anybucket/core/container';
import { inject, injectable } from 'tsyringe';

/** Makes the buckets that the application needs. */
@injectable()
export class Setup {
  readonly #datastore: Datastore;

  constructor(@inject(DATASTORE) datastore: Datastore) {
    this.#datastore = datastore;
  }

  /** @returns the names of the buckets that were missing. */
  async run(names: readonly string[]): Promise<string[]> {
    const made: string[] = [];
    for (const name of names) if (await this.#datastore.createBucket(name)) made.push(name);
    return made;
  }
}
