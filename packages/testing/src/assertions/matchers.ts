import type { Bucket, Datastore } from '@anybucket/core';
import { checkEmptyBucket } from './check-empty-bucket.js';
import { checkEqualDatastores } from './check-equal-datastores.js';
import { checkObject } from './check-object.js';
import type { ExpectedObject } from './check-object.js';
import type { CheckResult } from './check-result.js';

/** The matchers for `expect.extend` of Vitest and Jest. */
export const matchers = {
  toHaveObject: (bucket: unknown, key: string, expected?: ExpectedObject): Promise<CheckResult> =>
    checkObject(bucket as Bucket, key, expected),
  toBeEmptyBucket: (bucket: unknown): Promise<CheckResult> => checkEmptyBucket(bucket as Bucket),
  toEqualDatastore: (actual: unknown, expected: Datastore): Promise<CheckResult> => checkEqualDatastores(actual as Datastore, expected),
};

/** The matchers that the entries for Vitest and Jest add to `expect`. All of them return a promise. */
export interface StoreMatchers<Result> {
  /** Verifies that a bucket has an object with these fields; fields that are not given are not compared. */
  toHaveObject(key: string, expected?: ExpectedObject): Result;
  /** Verifies that a bucket has no objects. */
  toBeEmptyBucket(): Result;
  /** Verifies that two datastores have the same buckets and objects, apart from times and versions. */
  toEqualDatastore(expected: Datastore): Result;
}
