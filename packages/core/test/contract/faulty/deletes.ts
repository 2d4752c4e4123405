import { StorageError } from '@anybucket/core/backend';
import type { DriverWrapper } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { allEntries, current, spoilBucket } from './spoil.js';

/** Deletes, and then something more. */
const deletesToo = (too: (deleted: string, other: string) => boolean): DriverWrapper =>
  spoilBucket((inner) => ({
    async deleteObject(key, call) {
      await inner.deleteObject(key, call);
      for (const { key: other } of await allEntries(inner)) if (too(key, other)) await inner.deleteObject(other, {});
    },
  }));

const batch = (spoil: (keys: readonly string[]) => readonly string[]): DriverWrapper =>
  spoilBucket((inner) => ({ deleteObjects: (keys, call) => inner.deleteObjects(spoil(keys), call) }));

/** Deletes. */
export const brokenDeletes: readonly Broken[] = [
  {
    name: 'delete refuses what is missing',
    wrap: spoilBucket((inner) => ({
      async deleteObject(key, call) {
        await inner.headObject(key, {});
        return inner.deleteObject(key, call);
      },
    })),
    caughtBy: 'delete/missing',
  },
  { name: 'delete is by prefix', wrap: deletesToo((key, other) => other.startsWith(key)), caughtBy: 'delete/only-the-key' },
  {
    name: 'delete is without case',
    wrap: deletesToo((key, other) => other.toLowerCase() === key.toLowerCase()),
    caughtBy: 'delete/only-the-key',
  },
  { name: 'delete does nothing', wrap: spoilBucket(() => ({ deleteObject: async () => {} })), caughtBy: 'delete/existing' },
  {
    name: 'a batch is by prefix',
    wrap: spoilBucket((inner) => ({
      async deleteObjects(keys) {
        for (const { key } of await allEntries(inner)) if (keys.some((one) => key.startsWith(one))) await inner.deleteObject(key, {});
        return [];
      },
    })),
    caughtBy: 'delete/batch-only-the-keys',
  },
  {
    name: 'a batch of none asks nothing',
    wrap: spoilBucket((inner) => ({ deleteObjects: async (keys, call) => (keys.length === 0 ? [] : inner.deleteObjects(keys, call)) })),
    caughtBy: 'missing-bucket/delete-empty-batch',
  },
  { name: 'a batch swallows a failure', wrap: batch((keys) => keys.slice(0, -1)), caughtBy: 'delete/batch' },
  { name: 'a batch takes 999', wrap: batch((keys) => keys.slice(0, 999)), caughtBy: 'delete/batch-of-1000' },
  {
    name: 'a batch is XML that nobody escaped',
    wrap: batch((keys) => keys.map((key) => key.replaceAll('\r', '\n'))),
    caughtBy: 'delete/batch-special-characters',
  },
  {
    name: 'a batch reports what is missing',
    wrap: spoilBucket((inner) => ({
      async deleteObjects(keys, call) {
        const failures = [];
        for (const key of keys)
          if ((await current(inner, key)) === undefined)
            failures.push({ key, error: new StorageError({ code: 'NoSuchKey', message: 'missing' }) });
        await inner.deleteObjects(keys, call);
        return failures;
      },
    })),
    caughtBy: 'delete/batch-missing-keys',
  },
  {
    name: 'a batch ends at what is missing',
    wrap: spoilBucket((inner) => ({
      async deleteObjects(keys, call) {
        const there: string[] = [];
        for (const key of keys) {
          if ((await current(inner, key)) === undefined) break;
          there.push(key);
        }
        return inner.deleteObjects(there, call);
      },
    })),
    caughtBy: 'delete/batch',
  },
];
