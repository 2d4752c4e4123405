import { expect, test } from 'vitest';
import { MemoryDatastore, MemoryDriver } from '../src/index.js';

test('createBucket and removeBucket report changes, and listBuckets sorts the names', async () => {
  const driver = new MemoryDriver();
  expect(driver.backend).toBe('memory');
  expect([await driver.createBucket('b'), await driver.createBucket('a'), await driver.createBucket('b')]).toEqual([true, true, false]);
  expect(await driver.listBuckets()).toEqual(['a', 'b']);
  expect([await driver.bucketExists('a'), await driver.bucketExists('c')]).toEqual([true, false]);
  expect([await driver.removeBucket('b'), await driver.removeBucket('b')]).toEqual([true, false]);
  expect(await driver.listBuckets()).toEqual(['a']);
});

test('createBucket keeps an existing bucket, and removeBucket rejects a bucket with objects', async () => {
  const driver = new MemoryDriver({ buckets: { photos: { a: 'b' } } });
  expect(await driver.createBucket('photos')).toBe(false);
  await expect(driver.removeBucket('photos')).rejects.toMatchObject({ name: 'StorageError', code: 'BucketNotEmpty' });
  expect(driver.toJSON()).toEqual({ photos: { a: 'b' } });
});

test('errors name the missing bucket or object', async () => {
  const driver = new MemoryDriver({ buckets: { photos: {} } });
  await expect(driver.bucket('none').headObject('a', {})).rejects.toMatchObject({ code: 'NoSuchBucket', bucket: 'none' });
  await expect(driver.bucket('photos').headObject('a', {})).rejects.toMatchObject({ code: 'NoSuchKey', bucket: 'photos', key: 'a' });
});

test('the name of a datastore is the option or the backend', () => {
  expect([new MemoryDatastore().name, new MemoryDatastore({ name: 'fake' }).name]).toEqual(['memory', 'fake']);
});
