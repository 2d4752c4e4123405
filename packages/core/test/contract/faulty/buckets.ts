import { StorageError, isStorageError } from '@anybucket/core';
import type { DatastoreDriver } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { allEntries, bodyOf, readBody, overrideBucket, overrideDatastore } from './override.js';

/** Replaces `NoSuchBucket`. */
const reportAs = (code: string): (<T>(call: Promise<T>) => Promise<T>) => {
  return async (call) => {
    try {
      return await call;
    } catch (error) {
      throw isStorageError(error, 'NoSuchBucket') ? new StorageError({ code, message: 'not found' }) : error;
    }
  };
};

async function deleteAll(driver: DatastoreDriver, name: string): Promise<void> {
  const bucket = driver.bucket(name);
  for (const { key } of await allEntries(bucket)) await bucket.deleteObject(key, {});
}

/** Buckets, and errors for missing buckets and keys. */
export const faultyBuckets: readonly FaultyDriver[] = [
  {
    name: 'getObject reports a missing bucket as NoSuchKey',
    wrap: overrideBucket((inner) => ({ getObject: (key, call) => reportAs('NoSuchKey')(inner.getObject(key, call)) })),
    detectedBy: 'missing-bucket/get',
  },
  {
    name: 'headObject reports a missing bucket as NoSuchKey',
    wrap: overrideBucket((inner) => ({ headObject: (key, call) => reportAs('NoSuchKey')(inner.headObject(key, call)) })),
    detectedBy: 'missing-bucket/exists',
  },
  {
    name: 'putObject reports a missing bucket as AccessDenied',
    wrap: overrideBucket((inner) => ({ putObject: (key, body, call) => reportAs('AccessDenied')(inner.putObject(key, body, call)) })),
    detectedBy: 'missing-bucket/put',
  },
  {
    name: 'listObjects returns an empty page for a missing bucket',
    wrap: overrideBucket((inner) => ({ listObjects: (call) => inner.listObjects(call).catch(() => ({ entries: [], truncated: false })) })),
    detectedBy: 'missing-bucket/list',
  },
  {
    name: 'deleteObject succeeds in a missing bucket',
    wrap: overrideBucket((inner) => ({ deleteObject: (key, call) => inner.deleteObject(key, call).catch(() => ({})) })),
    detectedBy: 'missing-bucket/delete',
  },
  {
    name: 'deleteObjects succeeds in a missing bucket',
    wrap: overrideBucket((inner) => ({
      deleteObjects: (targets, call) => inner.deleteObjects(targets, call).catch(() => targets.map(() => ({}))),
    })),
    detectedBy: 'missing-bucket/delete-many',
  },
  {
    name: 'putObject creates a missing bucket',
    wrap: overrideBucket((inner, name, driver) => ({
      async putObject(key, body, call) {
        await driver.createBucket(name, call);
        return inner.putObject(key, body, call);
      },
    })),
    detectedBy: 'missing-bucket/put-empty',
  },
  {
    name: 'putObject reads the body before it checks the bucket',
    wrap: overrideBucket((inner) => ({ putObject: async (key, body, call) => inner.putObject(key, bodyOf(await readBody(body)), call) })),
    detectedBy: 'error-precedence/bucket-before-md5',
  },
  {
    name: 'removeBucket removes a bucket with objects',
    wrap: overrideDatastore((driver) => ({
      async removeBucket(name, call) {
        if (await driver.bucketExists(name, call)) await deleteAll(driver, name);
        return driver.removeBucket(name, call);
      },
    })),
    detectedBy: 'buckets/remove-not-empty/object',
  },
  {
    name: 'removeBucket ignores hidden objects',
    wrap: overrideDatastore((driver) => ({
      async removeBucket(name, call) {
        if (await driver.bucketExists(name, call)) await driver.bucket(name).deleteObject('.hidden', {});
        return driver.removeBucket(name, call);
      },
    })),
    detectedBy: 'buckets/remove-not-empty/hidden-object',
  },
  {
    name: 'removeBucket deletes the objects, then fails',
    wrap: overrideDatastore((driver) => ({
      async removeBucket(name, call) {
        try {
          return await driver.removeBucket(name, call);
        } catch (error) {
          await deleteAll(driver, name);
          throw error;
        }
      },
    })),
    detectedBy: 'buckets/remove-not-empty/nested-object',
  },
  {
    name: 'removeBucket returns true for a missing bucket',
    wrap: overrideDatastore((driver) => ({ removeBucket: async (name, call) => (await driver.removeBucket(name, call)) || true })),
    detectedBy: 'buckets/remove-missing',
  },
  {
    name: 'createBucket returns true for an existing bucket',
    wrap: overrideDatastore((driver) => ({ createBucket: async (name, call) => (await driver.createBucket(name, call)) || true })),
    detectedBy: 'buckets/create-existing',
  },
  {
    name: 'createBucket empties an existing bucket',
    wrap: overrideDatastore((driver) => ({
      async createBucket(name, call) {
        const made = await driver.createBucket(name, call);
        if (!made) await deleteAll(driver, name);
        return made;
      },
    })),
    detectedBy: 'buckets/create-existing',
  },
  {
    name: 'bucketExists matches a prefix of the name',
    wrap: overrideDatastore((driver) => ({
      bucketExists: async (name, call) => (await driver.listBuckets(call)).some((one) => one.startsWith(name)),
    })),
    detectedBy: 'buckets/create',
  },
  {
    name: 'listBuckets returns an internal folder',
    wrap: overrideDatastore((driver) => ({ listBuckets: async (call) => [...(await driver.listBuckets(call)), '.trash'] })),
    detectedBy: 'buckets/list-order',
  },
  {
    name: 'bucketExists always returns true',
    wrap: overrideDatastore(() => ({ bucketExists: async () => true })),
    detectedBy: 'buckets/exists-missing',
  },
  {
    name: 'listBuckets returns only the first three buckets',
    wrap: overrideDatastore((driver) => ({ listBuckets: async (call) => (await driver.listBuckets(call)).slice(0, 3) })),
    detectedBy: 'buckets/list-order',
  },
  {
    name: 'concurrent calls of createBucket all return true',
    wrap: overrideDatastore((driver) => ({
      async createBucket(name, call) {
        const there = await driver.bucketExists(name, call);
        await Promise.resolve();
        await driver.createBucket(name, call);
        return !there;
      },
    })),
    detectedBy: 'races/create-bucket',
  },
  {
    name: 'all buckets share one set of objects',
    wrap: (driver) => {
      let first: string | undefined;
      return overrideDatastore((inner) => ({ bucket: (name) => inner.bucket((first ??= name)) }))(driver);
    },
    detectedBy: 'buckets/same-key-in-two-buckets',
  },
  {
    name: 'getObject reports a missing key as AccessDenied',
    wrap: overrideBucket((inner) => ({
      async getObject(key, call) {
        try {
          return await inner.getObject(key, call);
        } catch (error) {
          throw isStorageError(error, 'NoSuchKey') ? new StorageError({ code: 'AccessDenied', message: 'access denied' }) : error;
        }
      },
    })),
    detectedBy: 'get/missing',
  },
  {
    name: 'getObject returns an empty object for a missing key',
    wrap: overrideBucket((inner) => ({
      async getObject(key, call) {
        const info = await inner
          .headObject(key, {})
          .catch(() => ({ key, size: 0, etag: '', lastModified: new Date(0), contentType: '', metadata: {} }));
        return info.etag === '' ? { info, body: new Uint8Array(0) } : inner.getObject(key, call);
      },
    })),
    detectedBy: 'get/missing',
  },
];
