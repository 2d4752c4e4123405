import { AssertionError } from 'node:assert';
import { MemoryDatastore, MemoryDriver } from '@anybucket/backend-memory';
import { PortableDatastore, operationCapabilities, traitCapabilities } from '@anybucket/core/backend';
import type { Capabilities, DatastoreDriver } from '@anybucket/core/backend';
import { contractCases } from '@anybucket/core/contract';
import type { ContractCase } from '@anybucket/core/contract';
import { describe, expect, test } from 'vitest';
import { spoilPage } from './broken/spoil.js';

const nothing = Object.fromEntries(
  [...operationCapabilities, ...traitCapabilities].map((name) => [name, false]),
) as unknown as Capabilities;

/** A memory backend that claims to be able to do nothing but the least. */
function least(): DatastoreDriver {
  const driver = new MemoryDriver();
  return {
    backend: 'least',
    capabilities: nothing,
    listBuckets: () => driver.listBuckets(),
    createBucket: (name) => driver.createBucket(name),
    removeBucket: (name) => driver.removeBucket(name),
    bucketExists: (name) => driver.bucketExists(name),
    bucket: (name) => driver.bucket(name),
    close: () => driver.close(),
  };
}

function byId(id: string): ContractCase {
  const found = contractCases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no case ${id}`);
  return found;
}

describe('what a case needs', () => {
  test.each(operationCapabilities)('%s is tested where it is there, and where it is not', (capability) => {
    expect(contractCases.some(({ needs }) => needs.includes(capability))).toBe(true);
    expect(contractCases.some(({ needs }) => needs.includes(`not ${capability}`))).toBe(true);
  });

  test('the first need that is not met is told', () => {
    const conditional = byId('races/read-modify-write');
    expect(conditional.skip(nothing)).toBe('conditionalPut');
    expect(conditional.skip({ ...nothing, conditionalPut: true })).toBeUndefined();
    const refused = byId('not-implemented/put-if-match');
    expect(refused.skip(nothing)).toBeUndefined();
    expect(refused.skip({ ...nothing, conditionalPut: true })).toBe('not conditionalPut');
    const closing = byId('lifecycle/close-waits-for-calls');
    expect(closing.skip(nothing)).toBe('open');
    expect(closing.skip(nothing, true)).toBeUndefined();
  });

  test('a case that is skipped makes nothing, and says why', async () => {
    const datastore = new MemoryDatastore();
    expect(await byId('versioning/list').run({ datastore })).toBe('versioning');
    expect(await byId('lifecycle/close-waits-for-calls').run({ datastore })).toBe('open');
    expect(await datastore.list()).toEqual([]);
  });
});

describe('a backend that can do the least', () => {
  const cases = contractCases.filter(({ needs, traits }) => traits.length > 0 || needs.some((need) => need.startsWith('not ')));

  test.each(cases.filter(({ id }) => !id.startsWith('put/')))('$id', async ({ run, skip }) => {
    const open = (): PortableDatastore => new PortableDatastore(least());
    const expected = skip(nothing, true);
    expect(await run({ datastore: open(), open })).toBe(expected);
  });
});

describe('what a case leaves behind', () => {
  test.each(['list/flat', 'nested-keys/object-folder-child', 'lifecycle/close-cancels-bodies', 'cancel/already-aborted/create-bucket'])(
    '%s: nothing',
    async (id) => {
      const datastore = new MemoryDatastore();
      expect(await byId(id).run({ datastore, open: () => new MemoryDatastore() })).toBeUndefined();
      expect(await datastore.list()).toEqual([]);
    },
  );

  test('nothing either when it fails', async () => {
    const datastore = new PortableDatastore(spoilPage((page) => ({ ...page, entries: page.entries.toReversed() }))(new MemoryDriver()));
    await expect(byId('list/flat').run({ datastore })).rejects.toBeInstanceOf(AssertionError);
    expect(await datastore.list()).toEqual([]);
  });

  test('what was there before', async () => {
    const datastore = new MemoryDatastore({ buckets: { photos: { 'a.txt': 'hello' } } });
    for (const id of ['buckets/list-order', 'bucket-names/valid/shortest', 'delete/batch']) await byId(id).run({ datastore });
    expect(await datastore.bucket('photos').listFilename()).toEqual(['a.txt']);
    expect(await datastore.list()).toEqual(['photos']);
  });
});
