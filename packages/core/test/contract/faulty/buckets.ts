import { StorageError, isStorageError } from '@anybucket/core';
import type { DatastoreDriver, DriverWrapper } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { allEntries, bytesBody, received, spoilBucket, spoilDatastore } from './spoil.js';

/** Answers something else where the bucket is missing. */
function noBucket(answer: Parameters<typeof spoilBucket>[0]): DriverWrapper {
  return spoilBucket(answer);
}

const instead = (code: string): (<T>(call: Promise<T>) => Promise<T>) => {
  return async (call) => {
    try {
      return await call;
    } catch (error) {
      throw isStorageError(error, 'NoSuchBucket') ? new StorageError({ code, message: 'not found' }) : error;
    }
  };
};

async function emptied(driver: DatastoreDriver, name: string): Promise<void> {
  const bucket = driver.bucket(name);
  for (const { key } of await allEntries(bucket)) await bucket.deleteObject(key, {});
}

/** Buckets, and what is missing. */
export const brokenBuckets: readonly Broken[] = [
  {
    name: 'a missing bucket is a missing key for get',
    wrap: noBucket((inner) => ({ getObject: (key, call) => instead('NoSuchKey')(inner.getObject(key, call)) })),
    caughtBy: 'missing-bucket/get',
  },
  {
    name: 'a missing bucket is a missing key for stat',
    wrap: noBucket((inner) => ({ headObject: (key, call) => instead('NoSuchKey')(inner.headObject(key, call)) })),
    caughtBy: 'missing-bucket/exists',
  },
  {
    name: 'a missing bucket is refused on put',
    wrap: noBucket((inner) => ({ putObject: (key, body, call) => instead('AccessDenied')(inner.putObject(key, body, call)) })),
    caughtBy: 'missing-bucket/put',
  },
  {
    name: 'a missing bucket lists nothing',
    wrap: noBucket((inner) => ({ listObjects: (call) => inner.listObjects(call).catch(() => ({ entries: [], truncated: false })) })),
    caughtBy: 'missing-bucket/list',
  },
  {
    name: 'deleting in a missing bucket succeeds',
    wrap: noBucket((inner) => ({ deleteObject: (key, call) => inner.deleteObject(key, call).catch(() => {}) })),
    caughtBy: 'missing-bucket/delete',
  },
  {
    name: 'deleting many in a missing bucket succeeds',
    wrap: noBucket((inner) => ({ deleteObjects: (keys, call) => inner.deleteObjects(keys, call).catch(() => []) })),
    caughtBy: 'missing-bucket/delete-many',
  },
  {
    name: 'a put makes its bucket',
    wrap: spoilBucket((inner, name, driver) => ({
      async putObject(key, body, call) {
        await driver.createBucket(name, call);
        return inner.putObject(key, body, call);
      },
    })),
    caughtBy: 'missing-bucket/put-empty',
  },
  {
    name: 'the body is read before the bucket is looked for',
    wrap: spoilBucket((inner) => ({ putObject: async (key, body, call) => inner.putObject(key, bytesBody(await received(body)), call) })),
    caughtBy: 'error-precedence/bucket-before-md5',
  },
  {
    name: 'removes a bucket with what is in it',
    wrap: spoilDatastore((driver) => ({
      async removeBucket(name, call) {
        if (await driver.bucketExists(name, call)) await emptied(driver, name);
        return driver.removeBucket(name, call);
      },
    })),
    caughtBy: 'buckets/remove-not-empty/object',
  },
  {
    name: 'removes a bucket with hidden objects in it',
    wrap: spoilDatastore((driver) => ({
      async removeBucket(name, call) {
        if (await driver.bucketExists(name, call)) await driver.bucket(name).deleteObject('.hidden', {});
        return driver.removeBucket(name, call);
      },
    })),
    caughtBy: 'buckets/remove-not-empty/hidden-object',
  },
  {
    name: 'empties the bucket that it can not remove',
    wrap: spoilDatastore((driver) => ({
      async removeBucket(name, call) {
        try {
          return await driver.removeBucket(name, call);
        } catch (error) {
          await emptied(driver, name);
          throw error;
        }
      },
    })),
    caughtBy: 'buckets/remove-not-empty/nested-object',
  },
  {
    name: 'removes a missing bucket',
    wrap: spoilDatastore((driver) => ({ removeBucket: async (name, call) => (await driver.removeBucket(name, call)) || true })),
    caughtBy: 'buckets/remove-missing',
  },
  {
    name: 'makes a bucket twice',
    wrap: spoilDatastore((driver) => ({ createBucket: async (name, call) => (await driver.createBucket(name, call)) || true })),
    caughtBy: 'buckets/create-existing',
  },
  {
    name: 'empties the bucket that is there',
    wrap: spoilDatastore((driver) => ({
      async createBucket(name, call) {
        const made = await driver.createBucket(name, call);
        if (!made) await emptied(driver, name);
        return made;
      },
    })),
    caughtBy: 'buckets/create-existing',
  },
  {
    name: 'a bucket exists by its beginning',
    wrap: spoilDatastore((driver) => ({
      bucketExists: async (name, call) => (await driver.listBuckets(call)).some((one) => one.startsWith(name)),
    })),
    caughtBy: 'buckets/create',
  },
  {
    name: 'lists folders of its own',
    wrap: spoilDatastore((driver) => ({ listBuckets: async (call) => [...(await driver.listBuckets(call)), '.trash'] })),
    caughtBy: 'buckets/list-order',
  },
  { name: 'every bucket exists', wrap: spoilDatastore(() => ({ bucketExists: async () => true })), caughtBy: 'buckets/exists-missing' },
  {
    name: 'lists the first buckets',
    wrap: spoilDatastore((driver) => ({ listBuckets: async (call) => (await driver.listBuckets(call)).slice(0, 3) })),
    caughtBy: 'buckets/list-order',
  },
  {
    name: 'makes a bucket twice at once',
    wrap: spoilDatastore((driver) => ({
      async createBucket(name, call) {
        const there = await driver.bucketExists(name, call);
        await Promise.resolve();
        await driver.createBucket(name, call);
        return !there;
      },
    })),
    caughtBy: 'races/create-bucket',
  },
  {
    name: 'buckets share their keys',
    wrap: (driver) => {
      let first: string | undefined;
      return spoilDatastore((inner) => ({ bucket: (name) => inner.bucket((first ??= name)) }))(driver);
    },
    caughtBy: 'buckets/same-key-in-two-buckets',
  },
  {
    name: 'keeps what a missing key is to itself',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        try {
          return await inner.getObject(key, call);
        } catch (error) {
          throw isStorageError(error, 'NoSuchKey') ? new StorageError({ code: 'AccessDenied', message: 'not for you' }) : error;
        }
      },
    })),
    caughtBy: 'get/missing',
  },
  {
    name: 'a missing key is an empty object',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        const info = await inner
          .headObject(key, {})
          .catch(() => ({ key, size: 0, etag: '', lastModified: new Date(0), contentType: '', metadata: {} }));
        return info.etag === '' ? { info, body: new Uint8Array(0) } : inner.getObject(key, call);
      },
    })),
    caughtBy: 'get/missing',
  },
];
