import { StorageError } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { spoilBucket, spoilCopyCall } from './spoil.js';

/** Copies. */
export const brokenCopies: readonly Broken[] = [
  {
    name: 'loses tags on copy',
    wrap: spoilCopyCall((call) => ({ ...call, tags: call.tags ?? {} })),
    caughtBy: 'tags/copy-preserves',
  },
  {
    name: 'loses tags where a copy has new metadata',
    wrap: spoilCopyCall((call) => (call.replace === undefined ? call : { ...call, tags: call.tags ?? {} })),
    caughtBy: 'tags/copy-preserves',
  },
  { name: 'keeps tags that a copy replaces', wrap: spoilCopyCall(({ tags: _tags, ...call }) => call), caughtBy: 'tags/copy-replaces' },
  {
    name: 'loses metadata where a copy has new tags',
    wrap: spoilCopyCall((call) =>
      call.tags === undefined ? call : { ...call, replace: call.replace ?? { contentType: 'binary/octet-stream', metadata: {} } },
    ),
    caughtBy: 'tags/copy-replaces',
  },
  {
    name: 'loses metadata on copy',
    wrap: spoilCopyCall((call) => ({ ...call, replace: call.replace ?? { contentType: 'binary/octet-stream', metadata: {} } })),
    caughtBy: 'copy/preserves-attributes',
  },
  {
    name: 'loses the expiry time on copy',
    wrap: spoilBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const { expires: _expires, ...attributes } = await driver.bucket(source.bucket).headObject(source.key, {});
        return inner.copyObject(key, source, { ...call, replace: call.replace ?? attributes });
      },
    })),
    caughtBy: 'copy/preserves-attributes',
  },
  {
    name: 'merges metadata on copy',
    wrap: spoilBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const old = await driver.bucket(source.bucket).headObject(source.key, {});
        return inner.copyObject(
          key,
          source,
          call.replace === undefined
            ? call
            : { ...call, replace: { ...old, ...call.replace, metadata: { ...old.metadata, ...call.replace.metadata } } },
        );
      },
    })),
    caughtBy: 'copy/replace-metadata',
  },
  {
    name: 'a copy keeps the ETag of parts',
    wrap: spoilBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const { etag } = await driver.bucket(source.bucket).headObject(source.key, {});
        return { ...(await inner.copyObject(key, source, call)), etag };
      },
    })),
    caughtBy: 'copy/multipart-source/other-key',
  },
  {
    name: 'copies within the bucket',
    wrap: spoilBucket((inner, name) => ({ copyObject: (key, source, call) => inner.copyObject(key, { ...source, bucket: name }, call) })),
    caughtBy: 'copy/across-buckets',
  },
  {
    name: 'takes the target for what is missing',
    wrap: spoilBucket((inner, name) => ({
      copyObject: (key, source, call) =>
        inner.copyObject(key, source, call).catch((error: unknown) => {
          throw new StorageError({ code: (error as StorageError).code, message: 'failed', bucket: name, key });
        }),
    })),
    caughtBy: 'copy/missing-source',
  },
  {
    name: 'moves instead of copying',
    wrap: spoilBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const result = await inner.copyObject(key, source, call);
        await driver.bucket(source.bucket).deleteObject(source.key, {});
        return result;
      },
    })),
    caughtBy: 'copy/independent-of-source',
  },
  {
    name: 'a copy without a source loses its target',
    wrap: spoilBucket((inner) => ({
      async copyObject(key, source, call) {
        await inner.deleteObject(key, {});
        return inner.copyObject(key, source, call);
      },
    })),
    caughtBy: 'copy/missing-source',
  },
];
