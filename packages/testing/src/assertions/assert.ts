import type { Bucket, Datastore } from '@anybucket/core';
import { checkEmptyBucket } from './check-empty-bucket.js';
import { checkEqualDatastores } from './check-equal-datastores.js';
import { checkObject } from './check-object.js';
import type { ExpectedObject } from './check-object.js';
import { assertPassed } from './check-result.js';

/** Verifies that a bucket has an object with these fields; fields that are not given are not compared. @throws `AssertionError` with a diff */
export async function assertObject(bucket: Bucket, key: string, expected?: ExpectedObject): Promise<void> {
  assertPassed(await checkObject(bucket, key, expected), assertObject);
}

/** Verifies that a bucket has no objects. @throws `AssertionError` with the first keys */
export async function assertEmptyBucket(bucket: Bucket): Promise<void> {
  assertPassed(await checkEmptyBucket(bucket), assertEmptyBucket);
}

/** Verifies that two datastores have the same buckets and objects, apart from times and versions. @throws `AssertionError` with a diff */
export async function assertEqualDatastores(actual: Datastore, expected: Datastore): Promise<void> {
  assertPassed(await checkEqualDatastores(actual, expected), assertEqualDatastores);
}
