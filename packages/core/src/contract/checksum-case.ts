import assert from 'node:assert/strict';
import type { Bucket } from '../api/datastore.js';
import type { Checksum, ChecksumAlgorithm } from '../api/object-info.js';
import type { PutResult } from '../api/results.js';
import { contractCase } from './contract-case.js';
import type { CaseOptions, ContractCase } from './contract-case.js';
import type { Fixture } from './fixture.js';
import { checksum } from './reference.js';

/** Creates a case that requires checksums. */
export const checksumCase = (
  id: string,
  check: (fixture: Fixture) => Promise<void>,
  { requires = [], traits = [] }: CaseOptions = {},
): ContractCase => contractCase(id, check, { requires: ['checksums', ...requires], traits });

/** Returns the checksum of a whole body. */
export const fullObject = (algorithm: ChecksumAlgorithm, body: Uint8Array | string): Checksum => ({
  algorithm,
  value: checksum(algorithm, body),
  type: 'full-object',
});

/** Asserts that the result of a put, `stat` and `get` have a checksum. */
export async function expectChecksum(bucket: Bucket, key: string, expected: Checksum, result?: PutResult): Promise<void> {
  if (result !== undefined) assert.deepEqual({ ...result.checksum }, expected);
  assert.deepEqual({ ...(await bucket.stat(key)).checksum }, expected);
  const object = await bucket.get(key);
  await object.cancel();
  assert.deepEqual({ ...object.info.checksum }, expected);
}

/** Asserts that an object has no checksum. */
export async function expectNoChecksum(bucket: Bucket, key: string): Promise<void> {
  assert.equal((await bucket.stat(key)).checksum, undefined);
}
