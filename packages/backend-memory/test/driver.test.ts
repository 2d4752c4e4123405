import { expect, test } from 'vitest';
import { MemoryDatastore, MemoryDriver } from '../src/index.js';

test('buckets are made and removed once, and told in order', async () => {
  const driver = new MemoryDriver();
  expect(driver.backend).toBe('memory');
  expect([await driver.createBucket('b'), await driver.createBucket('a'), await driver.createBucket('b')]).toEqual([true, true, false]);
  expect(await driver.listBuckets()).toEqual(['a', 'b']);
  expect([await driver.bucketExists('a'), await driver.bucketExists('c')]).toEqual([true, false]);
  expect([await driver.removeBucket('b'), await driver.removeBucket('b')]).toEqual([true, false]);
  expect(await driver.listBuckets()).toEqual(['a']);
});

test('making a bucket again keeps what it holds, and such a bucket stays', async () => {
  const driver = new MemoryDriver({ buckets: { photos: { a: 'b' } } });
  expect(await driver.createBucket('photos')).toBe(false);
  await expect(driver.removeBucket('photos')).rejects.toMatchObject({ name: 'StorageError', code: 'BucketNotEmpty' });
  expect(driver.toJSON()).toEqual({ photos: { a: 'b' } });
});

test('a bucket or object that is missing is named', async () => {
  const driver = new MemoryDriver({ buckets: { photos: {} } });
  await expect(driver.bucket('none').headObject('a', {})).rejects.toMatchObject({ code: 'NoSuchBucket', bucket: 'none' });
  await expect(driver.bucket('photos').headObject('a', {})).rejects.toMatchObject({ code: 'NoSuchKey', bucket: 'photos', key: 'a' });
});

test('a datastore is called as its options say, or as its backend', () => {
  expect([new MemoryDatastore().name, new MemoryDatastore({ name: 'fake' }).name]).toEqual(['memory', 'fake']);
});
