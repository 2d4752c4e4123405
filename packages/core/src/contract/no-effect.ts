import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { readText } from './bodies.js';
import { createSourceFolder } from './calls.js';
import type { CallArguments, CallName } from './calls.js';
import type { Fixture } from './fixture.js';

/** Makes a call that must fail without any effect, then asserts that buckets, objects and files are unchanged. */
export async function expectNoEffect(fixture: Fixture, name: CallName, attempt: (args: CallArguments) => Promise<unknown>): Promise<void> {
  const { datastore, bucket, unusedName, createAnotherBucket } = fixture;
  const folder = await createSourceFolder(fixture);
  const [unused, empty] = [unusedName(), await createAnotherBucket()];
  await bucket.put('k', 'old');
  await bucket.put('source', 'new');
  const before = await bucket.stat('k');
  await attempt({ bucket, bucketName: name === 'createBucket' ? unused : empty.name, key: 'k', folder });
  assert.deepEqual(await bucket.listFilename(), ['k', 'source']);
  assert.deepEqual(await bucket.stat('k'), before);
  assert.equal(await readText(bucket, 'k'), 'old');
  assert.deepEqual(await readdir(folder), ['source']);
  assert.equal(await datastore.bucketExists(empty.name), true);
  assert.equal(await datastore.bucketExists(unused), false);
}
