import { AssertionError } from 'node:assert';
import { MemoryDriver } from '@anybucket/backend-memory';
import { PortableDatastore } from '@anybucket/core/backend';
import type { DriverWrapper } from '@anybucket/core/backend';
import { contractCases } from '@anybucket/core/contract';
import { isStorageError } from '@anybucket/core';
import { describe, expect, test } from 'vitest';
import { brokenAttributes } from './broken/attributes.js';
import { brokenBodies } from './broken/bodies.js';
import { brokenBuckets } from './broken/buckets.js';
import { brokenConditions } from './broken/conditions.js';
import { brokenCopies } from './broken/copies.js';
import { brokenDeletes } from './broken/deletes.js';
import { brokenKeys } from './broken/keys.js';
import { brokenListedKeys } from './broken/listed-keys.js';
import { brokenListings } from './broken/listings.js';
import { brokenRanges } from './broken/ranges.js';
import { brokenTags } from './broken/tags.js';
import { brokenUploads } from './broken/uploads.js';
import { spoilBucket, spoilDatastore, spoilInfo, spoilKeys, spoilPage } from './broken/spoil.js';

const broken = [
  ...brokenAttributes,
  ...brokenBodies,
  ...brokenBuckets,
  ...brokenConditions,
  ...brokenCopies,
  ...brokenDeletes,
  ...brokenKeys,
  ...brokenListedKeys,
  ...brokenListings,
  ...brokenRanges,
  ...brokenTags,
  ...brokenUploads,
];
/** Every way of spoiling, with nothing spoiled. */
const unspoiled: DriverWrapper = (driver) =>
  [
    spoilBucket(() => ({})),
    spoilDatastore(() => ({})),
    spoilInfo((info) => info),
    spoilKeys((key) => key),
    spoilPage((page) => page),
  ].reduce((inner, wrap) => wrap(inner), driver);

/** Runs one case over a wrapped memory backend; gives what it threw. */
async function outcome(id: string, wrap: DriverWrapper): Promise<unknown> {
  const found = contractCases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no case ${id}`);
  const datastore = new PortableDatastore(wrap(new MemoryDriver()));
  try {
    return await found.run({ datastore });
  } catch (error) {
    return error;
  }
}

describe('a suite keeps its teeth', () => {
  test('every broken backend has a name of its own', () => {
    expect(new Set(broken.map(({ name }) => name)).size).toBe(broken.length);
    expect(broken.length).toBeGreaterThan(100);
  });

  test.each(broken)('$name: caught by $caughtBy', async ({ wrap, caughtBy }) => {
    const error = await outcome(caughtBy, wrap);
    // By what it asserts or what it calls, never by a slip in the wrapper.
    if (!(error instanceof AssertionError) && (!isStorageError(error) || error.code === 'InternalError'))
      throw new Error('not caught', { cause: error });
  });

  test('the same cases pass where nothing is spoiled', { timeout: 60_000 }, async () => {
    for (const id of new Set(broken.map(({ caughtBy }) => caughtBy))) expect([id, await outcome(id, unspoiled)]).toEqual([id, undefined]);
  });
});
