import { StorageError, createDatastore, transfer } from '@anybucket/core';
import { expect, test } from 'vitest';
import { MemoryDatastore } from '../src/index.js';

const keys = ['..', '../a', '/a', '/a/b', 'a', 'a//b', 'a/../b', 'a\0b'];

/** Returns a bucket with one object per key. */
function storeWithKeys(): MemoryDatastore {
  return new MemoryDatastore({ keys: 's3', buckets: { photos: Object.fromEntries(keys.map((key) => [key, `the body of ${key}`])) } });
}

test('seeds and toJSON have keys of S3', async () => {
  const store = storeWithKeys();
  expect(await store.bucket('photos').listFilename()).toEqual(keys.toSorted());
  expect(new MemoryDatastore({ keys: 's3', buckets: store.toJSON() }).toJSON()).toEqual(store.toJSON());
  expect(() => new MemoryDatastore({ buckets: store.toJSON() })).toThrow(expect.objectContaining({ code: 'InvalidKey' }));
});

test('each body is a file of the volume, below the bucket or in the overflow folder', async () => {
  const store = storeWithKeys();
  const overflow = '/.anybucket/photos';
  expect(store.volume.toJSON()).toEqual({
    '/photos/a': 'the body of a',
    [`${overflow}/%2E%2E`]: 'the body of ..',
    [`${overflow}/..%2Fa`]: 'the body of ../a',
    [`${overflow}/%2Fa`]: 'the body of /a',
    [`${overflow}/%2Fa%2Fb`]: 'the body of /a/b',
    [`${overflow}/a%2F%2Fb`]: 'the body of a//b',
    [`${overflow}/a%2F..%2Fb`]: 'the body of a/../b',
    [`${overflow}/a%00b`]: 'the body of a\0b',
  });
  await store.bucket('photos').delete(keys);
  expect(store.volume.toJSON()).toEqual({ '/photos': null });
});

test('a transfer reports the keys that the target does not accept, and copies the others', async () => {
  const target = new MemoryDatastore({ buckets: { photos: {} } });
  const result = await transfer(storeWithKeys().bucket('photos'), target.bucket('photos'));
  expect(result).toMatchObject({ done: 1, failed: 7 });
  expect(await target.bucket('photos').listFilename()).toEqual(['a']);
  for (const { key, error } of result.failures) {
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ code: 'InvalidKey', key });
  }
});

test('a URL sets the rules for keys', async () => {
  const anyKeys = await createDatastore('memory:?keys=s3');
  expect(anyKeys.capabilities.anyKeys).toBe(true);
  const shared = await createDatastore('memory:any-keys?keys=s3');
  await shared.createBucket('photos');
  await shared.bucket('photos').put('a//b', 'x');
  // The first datastore has set the rules of the store.
  const again = await createDatastore('memory:any-keys');
  expect(await (await again.bucket('photos').get('a//b')).text()).toBe('x');
  await expect(createDatastore('memory:any-keys?keys=portable')).rejects.toThrow('was created with other rules');
  await expect(createDatastore('memory:?keys=posix')).rejects.toMatchObject({ code: 'ConfigError' });
});

test.each([{ keys: 'posix' }, { keys: true }, { keys: null }])('rejects %o', (options) => {
  expect(() => new MemoryDatastore(options as never)).toThrow("`keys` must be 'portable' or 's3'");
});
