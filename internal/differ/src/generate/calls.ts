import fc from 'fast-check';
import type { Call } from '../calls/call.js';
import { onStore, plain, withOptions } from './building.js';
import type { Weighted } from './building.js';
import { someKey } from './keys.js';
import { listings } from './listings.js';
import { bucketNames, foreignName, givenName } from './places.js';
import { reads } from './reads.js';
import { writes } from './writes.js';

// Names that could be made would stay: the bucket belongs to no program.
const unmakeable = foreignName.filter((name) => typeof name !== 'string' || !/^[a-z0-9][a-z0-9.-]{2,62}$/.test(name));
const made: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...bucketNames) },
  { weight: 1, arbitrary: unmakeable },
);
const namesArguments = fc.constantFrom<readonly unknown[]>([], ['str'], ['array'], [{ returnType: 'str' }], ['x'], [{ junk: 1 }]);

const storeCalls: readonly Weighted[] = [
  [1, onStore('list', namesArguments)],
  [1, onStore('getBuckets', withOptions(plain))],
  [2, onStore('getBucket', withOptions(plain, givenName))],
  [1, onStore('bucket', fc.tuple(givenName))],
  [2, onStore('bucketExists', withOptions(plain, givenName))],
  [2, onStore('createBucket', withOptions(plain, made))],
  [2, onStore('removeBucket', withOptions(plain, givenName))],
];

/** All calls of a program over some keys, each as often as it is worth. */
export function anyCall(pool: readonly string[]): fc.Arbitrary<Call> {
  const key = someKey(pool);
  const weighted = [...writes(key), ...reads(key), ...listings(pool), ...storeCalls];
  return fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}
