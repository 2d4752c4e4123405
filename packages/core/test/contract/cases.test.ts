import { AssertionError } from 'node:assert';
import { MemoryDatastore, MemoryDriver } from '@anybucket/backend-memory';
import { PortableDatastore, operationCapabilities, traitCapabilities } from '@anybucket/core/backend';
import type { Capabilities, DatastoreDriver } from '@anybucket/core/backend';
import { contractCases } from '@anybucket/core/contract';
import { describe, expect, test } from 'vitest';
import { caseById } from './case-by-id.js';
import { mapPage } from './faulty/override.js';

const noCapabilities = Object.fromEntries(
  [...operationCapabilities, ...traitCapabilities].map((name) => [name, false]),
) as unknown as Capabilities;

/** Returns a memory driver that declares no capabilities. */
function minimalDriver(): DatastoreDriver {
  const driver = new MemoryDriver();
  return {
    backend: 'minimal',
    capabilities: noCapabilities,
    listBuckets: () => driver.listBuckets(),
    createBucket: (name) => driver.createBucket(name),
    removeBucket: (name) => driver.removeBucket(name),
    bucketExists: (name) => driver.bucketExists(name),
    bucket: (name) => driver.bucket(name),
    close: () => driver.close(),
  };
}

describe('requirements of a case', () => {
  test.each(operationCapabilities)('there are cases that require %s, and cases that require its absence', (capability) => {
    expect(contractCases.some(({ requires }) => requires.includes(capability))).toBe(true);
    expect(contractCases.some(({ requires }) => requires.includes(`not ${capability}`))).toBe(true);
  });

  test('returns the first unmet requirement', () => {
    const conditional = caseById('races/read-modify-write');
    expect(conditional.unmetRequirement(noCapabilities)).toBe('conditionalPut');
    expect(conditional.unmetRequirement({ ...noCapabilities, conditionalPut: true })).toBeUndefined();
    const refused = caseById('not-implemented/put-if-match');
    expect(refused.unmetRequirement(noCapabilities)).toBeUndefined();
    expect(refused.unmetRequirement({ ...noCapabilities, conditionalPut: true })).toBe('not conditionalPut');
    const closing = caseById('lifecycle/close-waits-for-calls');
    expect(closing.unmetRequirement(noCapabilities)).toBe('open');
    expect(closing.unmetRequirement(noCapabilities, true)).toBeUndefined();
  });

  test('a skipped case creates nothing and returns the unmet requirement', async () => {
    const datastore = new MemoryDatastore();
    expect(await caseById('native/headers').run({ datastore })).toBe('native');
    expect(await caseById('lifecycle/close-waits-for-calls').run({ datastore })).toBe('open');
    expect(await datastore.list()).toEqual([]);
  });
});

describe('a backend without capabilities', () => {
  const cases = contractCases.filter(
    ({ id, requires, traits }) =>
      id.startsWith('capabilities/') || traits.length > 0 || requires.some((requirement) => requirement.startsWith('not ')),
  );

  test.each(cases.filter(({ id }) => !id.startsWith('put/')))('$id', async ({ run, unmetRequirement }) => {
    const open = (): PortableDatastore => new PortableDatastore(minimalDriver());
    const expected = unmetRequirement(noCapabilities, true);
    expect(await run({ datastore: open(), open })).toBe(expected);
  });
});

describe('cleanup', () => {
  test.each(['list/flat', 'nested-keys/object-folder-child', 'lifecycle/close-cancels-bodies', 'cancel/already-aborted/create-bucket'])(
    '%s leaves no bucket',
    async (id) => {
      const datastore = new MemoryDatastore();
      expect(await caseById(id).run({ datastore, open: () => new MemoryDatastore() })).toBeUndefined();
      expect(await datastore.list()).toEqual([]);
    },
  );

  test('a failed case leaves no bucket', async () => {
    const datastore = new PortableDatastore(mapPage((page) => ({ ...page, entries: page.entries.toReversed() }))(new MemoryDriver()));
    await expect(caseById('list/flat').run({ datastore })).rejects.toBeInstanceOf(AssertionError);
    expect(await datastore.list()).toEqual([]);
  });

  test('keeps existing buckets and objects', async () => {
    const datastore = new MemoryDatastore({ buckets: { photos: { 'a.txt': 'hello' } } });
    for (const id of ['buckets/list-order', 'bucket-names/valid/shortest', 'delete/batch']) await caseById(id).run({ datastore });
    expect(await datastore.bucket('photos').listFilename()).toEqual(['a.txt']);
    expect(await datastore.list()).toEqual(['photos']);
  });
});
