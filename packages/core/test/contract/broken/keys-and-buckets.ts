import { StorageError, isStorageError } from '@anybucket/core';
import type { DatastoreDriver, DriverWrapper } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { allEntries, bytesBody, received, spoilBucket, spoilDatastore, spoilKeys } from './spoil.js';

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

/** Keys, and buckets. */
export const brokenKeysAndBuckets: readonly Broken[] = [
  { name: 'keys without case', wrap: spoilKeys((key) => key.toLowerCase()), caughtBy: 'keys/not-aliased/case' },
  { name: 'keys are trimmed', wrap: spoilKeys((key) => key.trim() || '_'), caughtBy: 'keys/not-aliased/outer-spaces' },
  { name: 'keys are composed', wrap: spoilKeys((key) => key.normalize('NFC')), caughtBy: 'keys/not-aliased/composed-and-decomposed' },
  { name: 'keys are made alike', wrap: spoilKeys((key) => key.normalize('NFKC')), caughtBy: 'keys/not-aliased/full-width' },
  {
    name: 'keys are unescaped',
    wrap: spoilKeys((key) => key.replaceAll(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))),
    caughtBy: 'keys/not-aliased/escape',
  },
  { name: 'a plus is a space', wrap: spoilKeys((key) => key.replaceAll('+', ' ')), caughtBy: 'keys/not-aliased/plus-and-space' },
  { name: 'a backslash is a slash', wrap: spoilKeys((key) => key.replaceAll('\\', '/')), caughtBy: 'keys/not-aliased/slash-and-backslash' },
  { name: 'a final slash is dropped', wrap: spoilKeys((key) => key.replace(/(.)\/$/, '$1')), caughtBy: 'keys/not-aliased/final-slash' },
  { name: 'a final dot is dropped', wrap: spoilKeys((key) => key.replace(/(.)\.$/, '$1')), caughtBy: 'keys/not-aliased/final-dot' },
  {
    name: 'a carriage return is a newline',
    wrap: spoilKeys((key) => key.replaceAll('\r', '\n')),
    caughtBy: 'keys/not-aliased/carriage-return',
  },
  {
    name: 'numbers are made short',
    wrap: spoilKeys((key) => (/^\d/.test(key) ? String(Number(key)) : key)),
    caughtBy: 'keys/not-aliased/leading-zero',
  },
  { name: 'keys are cut at 255 letters', wrap: spoilKeys((key) => key.slice(0, 255)), caughtBy: 'keys/round-trip/1024-bytes' },
  {
    name: 'special names are changed',
    wrap: spoilKeys((key) => (key === '__proto__' ? '_proto_' : key)),
    caughtBy: 'keys/round-trip/prototype',
  },
  {
    name: 'an object goes when one below it is put',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const result = await inner.putObject(key, body, call);
        const at = key.indexOf('/');
        if (at > 0 && at < key.length - 1) await inner.deleteObject(key.slice(0, at), {});
        return result;
      },
    })),
    caughtBy: 'keys-beside/object-then-below',
  },
  {
    name: 'a folder is an empty object',
    wrap: spoilBucket((inner) => ({
      async headObject(key, call) {
        const below = await inner.listObjects({ prefix: `${key}/`, delimiter: '', startAfter: '', maxKeys: 1, metadata: true });
        if (below.entries.length === 0) return inner.headObject(key, call);
        return { key, etag: 'folder', size: 0, lastModified: new Date(0), contentType: 'x/folder', metadata: {} };
      },
    })),
    caughtBy: 'keys-beside/prefix-is-no-object',
  },
  {
    name: 'deleting a folder deletes what is in it',
    wrap: spoilBucket((inner) => ({
      async deleteObject(key, call) {
        await inner.deleteObject(key, call);
        const folder = key.endsWith('/') ? key : `${key}/`;
        for (const entry of await allEntries(inner)) if (entry.key.startsWith(folder)) await inner.deleteObject(entry.key, {});
      },
    })),
    caughtBy: 'keys-beside/prefix-is-no-object',
  },
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
    caughtBy: 'refusals/bucket-before-md5',
  },
  {
    name: 'removes a bucket with what is in it',
    wrap: spoilDatastore((driver) => ({
      async removeBucket(name, call) {
        if (await driver.bucketExists(name, call)) await emptied(driver, name);
        return driver.removeBucket(name, call);
      },
    })),
    caughtBy: 'buckets/remove-not-empty/k',
  },
  {
    name: 'removes a bucket with hidden objects in it',
    wrap: spoilDatastore((driver) => ({
      async removeBucket(name, call) {
        if (await driver.bucketExists(name, call)) await driver.bucket(name).deleteObject('.hidden', {});
        return driver.removeBucket(name, call);
      },
    })),
    caughtBy: 'buckets/remove-not-empty/.hidden',
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
    caughtBy: 'buckets/remove-not-empty/a/b/c',
  },
  {
    name: 'removes a missing bucket',
    wrap: spoilDatastore((driver) => ({ removeBucket: async (name, call) => (await driver.removeBucket(name, call)) || true })),
    caughtBy: 'buckets/remove-missing',
  },
  {
    name: 'makes a bucket twice',
    wrap: spoilDatastore((driver) => ({ createBucket: async (name, call) => (await driver.createBucket(name, call)) || true })),
    caughtBy: 'buckets/created-twice',
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
    caughtBy: 'buckets/created-twice',
  },
  { name: 'every bucket exists', wrap: spoilDatastore(() => ({ bucketExists: async () => true })), caughtBy: 'buckets/missing-is-false' },
  {
    name: 'lists the first buckets',
    wrap: spoilDatastore((driver) => ({ listBuckets: async (call) => (await driver.listBuckets(call)).slice(0, 3) })),
    caughtBy: 'buckets/list-in-order',
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
    caughtBy: 'races/one-makes-the-bucket',
  },
  {
    name: 'buckets share their keys',
    wrap: (driver) => {
      let first: string | undefined;
      return spoilDatastore((inner) => ({ bucket: (name) => inner.bucket((first ??= name)) }))(driver);
    },
    caughtBy: 'buckets/same-key-in-two',
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
