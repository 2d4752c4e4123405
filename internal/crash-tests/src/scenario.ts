import type { Bucket, Datastore } from '@anybucket/core';

/** One kind of write, to be interrupted before each of its system calls. */
export interface Scenario {
  readonly name: string;
  /** Creates the objects that exist before the write. */
  prepare(bucket: Bucket): Promise<void>;
  run(bucket: Bucket, datastore: Datastore): Promise<unknown>;
}

/** The attributes of objects that exist before the write. */
export const oldAttributes = { contentType: 'x/old', metadata: { state: 'old' }, tags: { state: 'old' } };

/** The attributes of objects that the write creates. */
export const newAttributes = { contentType: 'x/new', metadata: { state: 'new' }, tags: { state: 'new' } };
