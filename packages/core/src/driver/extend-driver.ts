import type { BucketDriver } from './bucket-driver.js';
import type { DatastoreDriver } from './datastore-driver.js';

/**
 * Returns a driver with some members replaced. Spreading a driver instead would lose the methods of a class.
 *
 * @param changes the replaced members.
 */
export function extendDriver(driver: DatastoreDriver, changes: Partial<DatastoreDriver>): DatastoreDriver {
  const extended: DatastoreDriver = {
    backend: driver.backend,
    // A driver may detect what its server supports, and change these.
    get capabilities() {
      return driver.capabilities;
    },
    get tags() {
      return driver.tags;
    },
    get versions() {
      return driver.versions;
    },
    get presigner() {
      return driver.presigner;
    },
    get uploads() {
      return driver.uploads;
    },
    listBuckets: (call) => driver.listBuckets(call),
    createBucket: (name, call) => driver.createBucket(name, call),
    removeBucket: (name, call) => driver.removeBucket(name, call),
    bucketExists: (name, call) => driver.bucketExists(name, call),
    bucket: (name) => driver.bucket(name),
    close: () => driver.close(),
  };
  return Object.defineProperties(extended, Object.getOwnPropertyDescriptors(changes));
}

/** Returns the driver of a bucket with some methods replaced. */
export function extendBucketDriver(bucket: BucketDriver, changes: Partial<BucketDriver>): BucketDriver {
  return {
    headObject: (key, call) => bucket.headObject(key, call),
    getObject: (key, call) => bucket.getObject(key, call),
    putObject: (key, body, call) => bucket.putObject(key, body, call),
    copyObject: (key, source, call) => bucket.copyObject(key, source, call),
    deleteObject: (key, call) => bucket.deleteObject(key, call),
    deleteObjects: (targets, call) => bucket.deleteObjects(targets, call),
    listObjects: (call) => bucket.listObjects(call),
    ...changes,
  };
}
