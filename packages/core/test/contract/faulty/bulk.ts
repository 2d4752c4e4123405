import { StorageError } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { mapCopyCall, mapPage, overrideBucket } from './override.js';

const ignoresDeletes = overrideBucket((inner) => ({
  deleteObject: async () => ({}),
  deleteObjects: async (targets, call) => (await inner.deleteObjects([], call), targets.map(() => ({}))),
}));
const ignoresCopies = overrideBucket((inner) => ({
  copyObject: async (_key, source) => {
    const { etag, lastModified } = await inner.headObject(source.key, {});
    return { etag, lastModified };
  },
}));
const losesAttributes = mapCopyCall((call) => ({ ...call, replace: call.replace ?? { contentType: 'text/plain', metadata: {} } }));
const ignoresReplacement = mapCopyCall(({ replace: _replace, ...call }) => call);
const ignoresSourceConditions = overrideBucket((inner) => ({
  copyObject: (key, { conditions: _conditions, ...source }, call) => inner.copyObject(key, source, call),
}));
const ignoresTargetConditions = mapCopyCall(({ conditions: _conditions, ...call }) => call);
const copiesWithinTheBucket = overrideBucket((_inner, _name, driver) => ({
  copyObject: (key, source, call) => driver.bucket(source.bucket).copyObject(key, source, call),
}));
const createsMissingSources = overrideBucket((inner) => ({
  headObject: (key, call) => inner.headObject(key === 'missing' ? 'target' : key, call),
  copyObject: (key, source, call) => inner.copyObject(key, source.key === 'missing' ? { ...source, key: 'target' } : source, call),
}));
const deletesNothingBelow = overrideBucket((inner) => ({
  deleteObjects: async (targets, call) => {
    const results = await inner.deleteObjects(
      targets.filter(({ key }) => !key.includes('/')),
      call,
    );
    return targets.map(({ key }, index) => (key.includes('/') ? {} : (results[index] ?? {})));
  },
}));
const failsAfterFailure = overrideBucket((inner) => ({
  copyObject: async (key, source, call) => {
    if (source.key === 'b/z') throw new StorageError({ code: 'NoSuchBucket', message: 'the bucket does not exist' });
    return inner.copyObject(key, source, call);
  },
}));
const ignoresPrefix = overrideBucket((inner) => ({ listObjects: (call) => inner.listObjects({ ...call, prefix: '' }) }));
const ignoresStartAfter = overrideBucket((inner) => ({ listObjects: (call) => inner.listObjects({ ...call, startAfter: '' }) }));
const listsMetadata = overrideBucket((inner) => ({ listObjects: (call) => inner.listObjects({ ...call, metadata: true }) }));
const listsNothing = mapPage((page) => ({ ...page, entries: [], truncated: false }));
const getsOtherBodies = overrideBucket((inner) => ({
  getObject: async (key, call) => ({ ...(await inner.getObject(key, call)), body: Buffer.from('b') }),
}));

/** Copies with the source first, moves, and calls on all objects with a prefix. */
export const faultyBulkCalls: readonly FaultyDriver[] = [
  { name: 'copyObject of copy does nothing', wrap: ignoresCopies, detectedBy: 'copy-to/source-first' },
  { name: 'copyObject copies within the bucket of the source', wrap: copiesWithinTheBucket, detectedBy: 'copy-to/other-bucket' },
  { name: 'copyObject of copy ignores new attributes', wrap: ignoresReplacement, detectedBy: 'copy-to/replaces-attributes' },
  { name: 'copyObject ignores new metadata by name', wrap: ignoresReplacement, detectedBy: 'copy-to/named' },
  { name: 'copyObject of copy ignores conditions on the source', wrap: ignoresSourceConditions, detectedBy: 'copy-to/errors' },
  { name: 'copyObject of a move loses the attributes', wrap: losesAttributes, detectedBy: 'move/within-bucket' },
  { name: 'deleteObject of a move does nothing', wrap: ignoresDeletes, detectedBy: 'move/other-bucket' },
  { name: 'copyObject of a move copies nothing', wrap: ignoresCopies, detectedBy: 'move/replaces-target' },
  { name: 'a missing source of a move is replaced by the target', wrap: createsMissingSources, detectedBy: 'move/missing-source' },
  { name: 'copyObject of a move ignores conditions on the target', wrap: ignoresTargetConditions, detectedBy: 'move/target-condition' },
  { name: 'listObjects of deleteAll ignores the prefix', wrap: ignoresPrefix, detectedBy: 'delete-all/prefix' },
  { name: 'listObjects of deleteAll returns nothing', wrap: listsNothing, detectedBy: 'delete-all/everything' },
  { name: 'deleteObjects of deleteAll skips nested keys', wrap: deletesNothingBelow, detectedBy: 'delete-all/below-objects' },
  { name: 'listObjects of deleteAll ignores startAfter', wrap: ignoresStartAfter, detectedBy: 'delete-all/start-after' },
  { name: 'listObjects of copyAll ignores the prefix', wrap: ignoresPrefix, detectedBy: 'copy-all/other-prefix' },
  { name: 'copyObject of copyAll stays in the bucket', wrap: copiesWithinTheBucket, detectedBy: 'copy-all/other-bucket' },
  { name: 'copyObject of copyAll fails as a whole', wrap: failsAfterFailure, detectedBy: 'copy-all/goes-on-after-failure' },
  { name: 'listObjects of copyAll ignores startAfter', wrap: ignoresStartAfter, detectedBy: 'copy-all/start-after' },
  { name: 'listObjects of keys ignores startAfter', wrap: ignoresStartAfter, detectedBy: 'keys/yields-keys' },
  { name: 'listObjects of objects includes metadata', wrap: listsMetadata, detectedBy: 'objects/yields-summaries' },
  { name: 'getObject returns another body after an early exit', wrap: getsOtherBodies, detectedBy: 'keys/early-exit' },
];
