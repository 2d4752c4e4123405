import type { CallOptions, StatOptions } from '../api/options.js';
import type { ObjectInfo } from '../api/object-info.js';
import { isStorageError } from '../api/errors.js';
import { toStorageError } from './to-storage-error.js';
import { checkOptions, copyNative, requireNativeOptions, requireSignal, requireNonEmptyString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

const statChecks: OptionChecks<StatOptions> = { signal: requireSignal, versionId: requireNonEmptyString, native: requireNativeOptions };
const callChecks: OptionChecks<CallOptions> = { signal: requireSignal };
const concurrency = 16;

/** Returns the metadata of one object. */
export function statObject(bucket: BucketContext, key: string, options: StatOptions | undefined): Promise<ObjectInfo> {
  return bucket.run('stat', key, options, () => {
    bucket.checkKey(key);
    const { versionId, native, signal } = checkOptions(options, statChecks);
    bucket.requireCapabilityFor(versionId, 'versioning', '`versionId`');
    bucket.requireCapabilityFor(native, 'native', '`native`');
    return bucket.driver.headObject(key, { versionId, native: copyNative(native), signal });
  });
}

/** Returns the metadata of several objects in the order of the keys, undefined for missing objects. Requests 16 at a time. */
export async function statObjects(
  bucket: BucketContext,
  keys: readonly unknown[],
  options: CallOptions | undefined,
): Promise<(ObjectInfo | undefined)[]> {
  return bucket.run('stat', undefined, options, async () => {
    const validKeys = Array.from(keys, (key) => {
      bucket.checkKey(key);
      return key;
    });
    const { signal } = checkOptions(options, callChecks);
    const infos = new Array<ObjectInfo | undefined>(validKeys.length);
    const queue = entriesOf(validKeys);
    const workers = Array.from({ length: Math.min(concurrency, validKeys.length) }, async () => {
      // A failure closes the shared generator, so the other workers stop after their current request.
      for (const [index, key] of queue) infos[index] = await headOrUndefined(bucket, 'stat', key, signal);
    });
    // Not Promise.all: no request may be in flight when the call ends.
    for (const outcome of await Promise.allSettled(workers)) if (outcome.status === 'rejected') throw outcome.reason;
    return infos;
  });
}

/** Returns whether an object exists. */
export async function objectExists(bucket: BucketContext, key: string, options: CallOptions | undefined): Promise<boolean> {
  return bucket.run('exists', key, options, async () => {
    bucket.checkKey(key);
    const { signal } = checkOptions(options, callChecks);
    return (await headOrUndefined(bucket, 'exists', key, signal)) !== undefined;
  });
}

function* entriesOf(keys: readonly string[]): Generator<[number, string], void, undefined> {
  yield* keys.entries();
}

async function headOrUndefined(
  bucket: BucketContext,
  operation: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<ObjectInfo | undefined> {
  try {
    return await bucket.driver.headObject(key, { signal });
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw toStorageError(error, { operation, bucket: bucket.name, key });
  }
}
