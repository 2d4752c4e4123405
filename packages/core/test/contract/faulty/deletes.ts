import { StorageError } from '@anybucket/core/backend';
import type { DriverWrapper } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { allEntries, statOrUndefined, overrideBucket } from './override.js';

/** Deletes other objects, too. */
const alsoDeletes = (matches: (deleted: string, other: string) => boolean): DriverWrapper =>
  overrideBucket((inner) => ({
    async deleteObject(key, call) {
      await inner.deleteObject(key, call);
      for (const { key: other } of await allEntries(inner)) if (matches(key, other)) await inner.deleteObject(other, {});
    },
  }));

const mapBatch = (change: (keys: readonly string[]) => readonly string[]): DriverWrapper =>
  overrideBucket((inner) => ({ deleteObjects: (keys, call) => inner.deleteObjects(change(keys), call) }));

/** Deletes. */
export const faultyDeletes: readonly FaultyDriver[] = [
  {
    name: 'deleteObject fails for a missing key',
    wrap: overrideBucket((inner) => ({
      async deleteObject(key, call) {
        await inner.headObject(key, {});
        return inner.deleteObject(key, call);
      },
    })),
    detectedBy: 'delete/missing',
  },
  {
    name: 'deleteObject deletes keys by prefix',
    wrap: alsoDeletes((key, other) => other.startsWith(key)),
    detectedBy: 'delete/only-the-key',
  },
  {
    name: 'deleteObject is case-insensitive',
    wrap: alsoDeletes((key, other) => other.toLowerCase() === key.toLowerCase()),
    detectedBy: 'delete/only-the-key',
  },
  { name: 'deleteObject does nothing', wrap: overrideBucket(() => ({ deleteObject: async () => {} })), detectedBy: 'delete/existing' },
  {
    name: 'deleteObjects deletes keys by prefix',
    wrap: overrideBucket((inner) => ({
      async deleteObjects(keys) {
        for (const { key } of await allEntries(inner)) if (keys.some((one) => key.startsWith(one))) await inner.deleteObject(key, {});
        return [];
      },
    })),
    detectedBy: 'delete/batch-only-the-keys',
  },
  {
    name: 'deleteObjects does not check the bucket for an empty batch',
    wrap: overrideBucket((inner) => ({ deleteObjects: async (keys, call) => (keys.length === 0 ? [] : inner.deleteObjects(keys, call)) })),
    detectedBy: 'missing-bucket/delete-empty-batch',
  },
  { name: 'deleteObjects skips the last key', wrap: mapBatch((keys) => keys.slice(0, -1)), detectedBy: 'delete/batch' },
  { name: 'deleteObjects deletes at most 999 keys', wrap: mapBatch((keys) => keys.slice(0, 999)), detectedBy: 'delete/batch-of-1000' },
  {
    name: 'deleteObjects does not escape carriage returns',
    wrap: mapBatch((keys) => keys.map((key) => key.replaceAll('\r', '\n'))),
    detectedBy: 'delete/batch-special-characters',
  },
  {
    name: 'deleteObjects reports missing keys as failures',
    wrap: overrideBucket((inner) => ({
      async deleteObjects(keys, call) {
        const failures = [];
        for (const key of keys)
          if ((await statOrUndefined(inner, key)) === undefined)
            failures.push({ key, error: new StorageError({ code: 'NoSuchKey', message: 'missing' }) });
        await inner.deleteObjects(keys, call);
        return failures;
      },
    })),
    detectedBy: 'delete/batch-missing-keys',
  },
  {
    name: 'deleteObjects stops at the first missing key',
    wrap: overrideBucket((inner) => ({
      async deleteObjects(keys, call) {
        const existing: string[] = [];
        for (const key of keys) {
          if ((await statOrUndefined(inner, key)) === undefined) break;
          existing.push(key);
        }
        return inner.deleteObjects(existing, call);
      },
    })),
    detectedBy: 'delete/batch',
  },
];
