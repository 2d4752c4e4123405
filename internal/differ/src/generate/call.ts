import fc from 'fast-check';
import type { Call } from '../calls/call.js';
import { datastoreCall, signalOptions, withOptions } from './call-builders.js';
import type { WeightedCall } from './call-builders.js';
import { keyFrom } from './keys.js';
import { listings } from './listings.js';
import { reads } from './reads.js';
import { bucketName, bucketNames, missingBucketName } from './targets.js';
import { uploads } from './uploads.js';
import { writes } from './writes.js';

// Only invalid names: a program removes its own two buckets, so any other bucket that it created would be left behind.
const invalidBucketName = missingBucketName.filter((name) => typeof name !== 'string' || !/^[a-z0-9][a-z0-9.-]{2,62}$/.test(name));
const createdBucketName: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...bucketNames) },
  { weight: 1, arbitrary: invalidBucketName },
);
const listArguments = fc.constantFrom<readonly unknown[]>([], ['str'], ['array'], [{ returnType: 'str' }], ['x'], [{ junk: 1 }]);

const datastoreCalls: readonly WeightedCall[] = [
  [1, datastoreCall('list', listArguments)],
  [1, datastoreCall('getBuckets', withOptions(signalOptions))],
  [2, datastoreCall('getBucket', withOptions(signalOptions, bucketName))],
  [1, datastoreCall('bucket', fc.tuple(bucketName))],
  [2, datastoreCall('bucketExists', withOptions(signalOptions, bucketName))],
  [2, datastoreCall('createBucket', withOptions(signalOptions, createdBucketName))],
  [2, datastoreCall('removeBucket', withOptions(signalOptions, bucketName))],
];

/** Returns calls of all methods on the keys of a pool. */
export function callFrom(keyPool: readonly string[]): fc.Arbitrary<Call> {
  const key = keyFrom(keyPool);
  const weighted = [...writes(key, keyPool), ...reads(key), ...listings(keyPool), ...uploads(key, keyPool), ...datastoreCalls];
  return fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}
