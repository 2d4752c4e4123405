import { AssertionError } from 'node:assert';
import { MemoryDriver } from '@anybucket/backend-memory';
import { PortableDatastore } from '@anybucket/core/backend';
import type { DriverWrapper } from '@anybucket/core/backend';
import { isStorageError } from '@anybucket/core';
import { describe, expect, test } from 'vitest';
import { caseById } from './case-by-id.js';
import { faultyAttributes } from './faulty/attributes.js';
import { faultyBodies } from './faulty/bodies.js';
import { faultyBuckets } from './faulty/buckets.js';
import { faultyBulkCalls } from './faulty/bulk.js';
import { faultyCapabilities } from './faulty/capabilities.js';
import { faultyChecksums } from './faulty/checksums.js';
import { faultyConditions } from './faulty/conditions.js';
import { faultyCopies } from './faulty/copies.js';
import { faultyDeletes } from './faulty/deletes.js';
import { faultyUploadsInParts } from './faulty/uploads-in-parts.js';
import { faultyVersions } from './faulty/versions.js';
import { faultyKeys } from './faulty/keys.js';
import { faultyListedKeys } from './faulty/listed-keys.js';
import { faultyListings } from './faulty/listings.js';
import { faultyOptions } from './faulty/options.js';
import { faultyRanges } from './faulty/ranges.js';
import { faultyTags } from './faulty/tags.js';
import { faultyUploads } from './faulty/uploads.js';
import { mapInfo, mapKeys, mapPage, overrideBucket, overrideDatastore } from './faulty/override.js';
import { withChecksums } from './faulty/with-checksums.js';

const faultyDrivers = [
  ...faultyAttributes,
  ...faultyBodies,
  ...faultyBuckets,
  ...faultyBulkCalls,
  ...faultyCapabilities,
  ...faultyChecksums,
  ...faultyConditions,
  ...faultyCopies,
  ...faultyDeletes,
  ...faultyKeys,
  ...faultyListedKeys,
  ...faultyListings,
  ...faultyOptions,
  ...faultyRanges,
  ...faultyTags,
  ...faultyUploads,
  ...faultyUploadsInParts,
  ...faultyVersions,
];

/** All wrappers, without a fault. */
const withoutFault: DriverWrapper = (driver) =>
  [
    overrideBucket(() => ({})),
    overrideDatastore(() => ({})),
    mapInfo((info) => info),
    mapKeys((key) => key),
    mapPage((page) => page),
  ].reduce((inner, wrap) => wrap(inner), driver);

/** Runs a case with a wrapped memory driver. Returns the result, or the error that the case throws. */
async function outcomeOf(id: string, wrap: DriverWrapper, keys?: 's3'): Promise<unknown> {
  const datastore = new PortableDatastore(wrap(withChecksums(new MemoryDriver({ keys }))));
  try {
    return await caseById(id).run({ datastore });
  } catch (error) {
    return error;
  }
}

describe('faulty drivers', () => {
  test('names are unique', () => {
    expect(new Set(faultyDrivers.map(({ name }) => name)).size).toBe(faultyDrivers.length);
    expect(faultyDrivers.length).toBeGreaterThan(100);
  });

  test.each(faultyDrivers)('$detectedBy detects: $name', async ({ wrap, detectedBy }) => {
    const error = await outcomeOf(detectedBy, wrap);
    // An assertion or an unexpected StorageError, not a mistake in the wrapper. The portable layer rejects some results of a driver itself.
    const isMistake = isStorageError(error, 'InternalError') && !error.message.includes('the driver returned');
    if (!(error instanceof AssertionError) && (!isStorageError(error) || isMistake))
      throw new Error('the fault was not detected', { cause: error });
  });

  test('the same cases pass without a fault', { timeout: 300_000 }, async () => {
    const ids = new Set(faultyDrivers.map(({ detectedBy }) => detectedBy));
    for (const id of ids) {
      const keys = id.startsWith('any-keys/') ? 's3' : undefined;
      expect([id, await outcomeOf(id, withoutFault, keys)]).toEqual([id, undefined]);
    }
  });
});
