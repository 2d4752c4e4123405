import { StorageError } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { overrideBucket, mapCopyCall } from './override.js';

/** Copies. */
export const faultyCopies: readonly FaultyDriver[] = [
  {
    name: 'copyObject does not copy tags',
    wrap: mapCopyCall((call) => ({ ...call, tags: call.tags ?? {} })),
    detectedBy: 'tags/copy-preserves',
  },
  {
    name: 'copyObject with new metadata does not copy tags',
    wrap: mapCopyCall((call) => (call.replace === undefined ? call : { ...call, tags: call.tags ?? {} })),
    detectedBy: 'tags/copy-preserves',
  },
  { name: 'copyObject ignores new tags', wrap: mapCopyCall(({ tags: _tags, ...call }) => call), detectedBy: 'tags/copy-replaces' },
  {
    name: 'copyObject with new tags does not copy metadata',
    wrap: mapCopyCall((call) =>
      call.tags === undefined ? call : { ...call, replace: call.replace ?? { contentType: 'binary/octet-stream', metadata: {} } },
    ),
    detectedBy: 'tags/copy-replaces',
  },
  {
    name: 'copyObject does not copy metadata',
    wrap: mapCopyCall((call) => ({ ...call, replace: call.replace ?? { contentType: 'binary/octet-stream', metadata: {} } })),
    detectedBy: 'copy/preserves-attributes',
  },
  {
    name: 'copyObject does not copy expires',
    wrap: overrideBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const { expires: _expires, ...attributes } = await driver.bucket(source.bucket).headObject(source.key, {});
        return inner.copyObject(key, source, { ...call, replace: call.replace ?? attributes });
      },
    })),
    detectedBy: 'copy/preserves-attributes',
  },
  {
    name: 'copyObject merges metadata',
    wrap: overrideBucket((inner, _, driver) => ({
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
    detectedBy: 'copy/replace-metadata',
  },
  {
    name: 'copyObject keeps the multipart ETag',
    wrap: overrideBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const { etag } = await driver.bucket(source.bucket).headObject(source.key, {});
        return { ...(await inner.copyObject(key, source, call)), etag };
      },
    })),
    detectedBy: 'copy/multipart-source/other-key',
  },
  {
    name: 'copyObject ignores the source bucket',
    wrap: overrideBucket((inner, name) => ({
      copyObject: (key, source, call) => inner.copyObject(key, { ...source, bucket: name }, call),
    })),
    detectedBy: 'copy/across-buckets',
  },
  {
    name: 'copyObject reports the target instead of the missing source',
    wrap: overrideBucket((inner, name) => ({
      copyObject: (key, source, call) =>
        inner.copyObject(key, source, call).catch((error: unknown) => {
          throw new StorageError({ code: (error as StorageError).code, message: 'failed', bucket: name, key });
        }),
    })),
    detectedBy: 'copy/missing-source',
  },
  {
    name: 'copyObject deletes the source',
    wrap: overrideBucket((inner, _, driver) => ({
      async copyObject(key, source, call) {
        const result = await inner.copyObject(key, source, call);
        await driver.bucket(source.bucket).deleteObject(source.key, {});
        return result;
      },
    })),
    detectedBy: 'copy/independent-of-source',
  },
  {
    name: 'copyObject deletes the target before it finds the source',
    wrap: overrideBucket((inner) => ({
      async copyObject(key, source, call) {
        await inner.deleteObject(key, {});
        return inner.copyObject(key, source, call);
      },
    })),
    detectedBy: 'copy/missing-source',
  },
];
