import { StorageError } from '@anybucket/core/backend';
import type { DeleteOutcome, DriverWrapper, ObjectVersionId } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { allEntries, statOrUndefined, overrideBucket } from './override.js';

/** Deletes other objects, too. */
const alsoDeletes = (matches: (deleted: string, other: string) => boolean): DriverWrapper =>
  overrideBucket((inner) => ({
    async deleteObject(key, call) {
      const outcome = await inner.deleteObject(key, call);
      for (const { key: other } of await allEntries(inner)) if (matches(key, other)) await inner.deleteObject(other, {});
      return outcome;
    },
  }));

/** Deletes other targets than requested, but reports the outcomes of the requested ones. */
const mapBatch = (change: (targets: readonly ObjectVersionId[]) => readonly ObjectVersionId[]): DriverWrapper =>
  overrideBucket((inner) => ({
    async deleteObjects(targets, call) {
      const outcomes = await inner.deleteObjects(change(targets), call);
      return targets.map((_, index) => outcomes[index] ?? {});
    },
  }));

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
  { name: 'deleteObject does nothing', wrap: overrideBucket(() => ({ deleteObject: async () => ({}) })), detectedBy: 'delete/existing' },
  {
    name: 'deleteObjects deletes keys by prefix',
    wrap: overrideBucket((inner) => ({
      async deleteObjects(targets) {
        for (const { key } of await allEntries(inner))
          if (targets.some((target) => key.startsWith(target.key))) await inner.deleteObject(key, {});
        return targets.map(() => ({}));
      },
    })),
    detectedBy: 'delete/batch-only-the-keys',
  },
  {
    name: 'deleteObjects does not check the bucket for an empty batch',
    wrap: overrideBucket((inner) => ({
      deleteObjects: async (targets, call) => (targets.length === 0 ? [] : inner.deleteObjects(targets, call)),
    })),
    detectedBy: 'missing-bucket/delete-empty-batch',
  },
  { name: 'deleteObjects skips the last key', wrap: mapBatch((targets) => targets.slice(0, -1)), detectedBy: 'delete/batch' },
  {
    name: 'deleteObjects deletes at most 999 keys',
    wrap: mapBatch((targets) => targets.slice(0, 999)),
    detectedBy: 'delete/batch-of-1000',
  },
  {
    name: 'deleteObjects does not escape carriage returns',
    wrap: mapBatch((targets) => targets.map(({ key }) => ({ key: key.replaceAll('\r', '\n') }))),
    detectedBy: 'delete/batch-special-characters',
  },
  {
    name: 'deleteObjects reports missing keys as failures',
    wrap: overrideBucket((inner) => ({
      async deleteObjects(targets, call) {
        const results: (DeleteOutcome | StorageError)[] = [];
        for (const { key } of targets)
          results.push(
            (await statOrUndefined(inner, key)) === undefined ? new StorageError({ code: 'NoSuchKey', message: 'missing' }) : {},
          );
        await inner.deleteObjects(targets, call);
        return results;
      },
    })),
    detectedBy: 'delete/batch-missing-keys',
  },
  {
    name: 'deleteObjects stops at the first missing key',
    wrap: overrideBucket((inner) => ({
      async deleteObjects(targets, call) {
        const existing: ObjectVersionId[] = [];
        for (const target of targets) {
          if ((await statOrUndefined(inner, target.key)) === undefined) break;
          existing.push(target);
        }
        await inner.deleteObjects(existing, call);
        return targets.map(() => ({}));
      },
    })),
    detectedBy: 'delete/batch',
  },
];
