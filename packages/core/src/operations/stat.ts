import type { CallOptions, StatOptions } from '../api/options.js';
import type { ObjectInfo } from '../api/object-info.js';
import { isStorageError } from '../api/errors.js';
import { checkKey } from '../rules/keys.js';
import { toStorageError } from './to-storage-error.js';
import { checkOptions, requireNativeOptions, requireSignal, requireNonEmptyString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { Target } from './target.js';

const statChecks: OptionChecks<StatOptions> = { signal: requireSignal, versionId: requireNonEmptyString, native: requireNativeOptions };
const callChecks: OptionChecks<CallOptions> = { signal: requireSignal };
const concurrency = 16;

/** `stat` of one key. */
export async function statObject(target: Target, key: string, options: StatOptions | undefined): Promise<ObjectInfo> {
  return target.run('stat', key, options, async () => {
    checkKey(key);
    const { versionId, native, signal } = checkOptions(options, statChecks);
    target.requireFor(versionId, 'versioning', '`versionId`');
    target.requireFor(native, 'native', '`native`');
    return target.driver.headObject(key, { versionId, native, signal });
  });
}

/** `stat` of many: in the order asked, some at a time; undefined for what is missing. */
export async function statObjects(
  target: Target,
  keys: readonly unknown[],
  options: CallOptions | undefined,
): Promise<(ObjectInfo | undefined)[]> {
  return target.run('stat', undefined, options, async () => {
    const asked = Array.from(keys, (key) => {
      checkKey(key);
      return key;
    });
    const { signal } = checkOptions(options, callChecks);
    const found = new Array<ObjectInfo | undefined>(asked.length);
    const work = entriesOf(asked);
    const workers = Array.from({ length: Math.min(concurrency, asked.length) }, async () => {
      // A failure here ends the generator, and with it the other workers behind what they are asking.
      for (const [index, key] of work) found[index] = await headOrNothing(target, 'stat', key, signal);
    });
    // All of them: nothing may be under way when the call has ended.
    for (const outcome of await Promise.allSettled(workers)) if (outcome.status === 'rejected') throw outcome.reason;
    return found;
  });
}

/** `exists`. */
export async function objectExists(target: Target, key: string, options: CallOptions | undefined): Promise<boolean> {
  return target.run('exists', key, options, async () => {
    checkKey(key);
    const { signal } = checkOptions(options, callChecks);
    return (await headOrNothing(target, 'exists', key, signal)) !== undefined;
  });
}

function* entriesOf(keys: readonly string[]): Generator<[number, string], void, undefined> {
  yield* keys.entries();
}

async function headOrNothing(
  target: Target,
  operation: string,
  key: string,
  signal: AbortSignal | undefined,
): Promise<ObjectInfo | undefined> {
  try {
    return await target.driver.headObject(key, { signal });
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw toStorageError(error, { operation, bucket: target.name, key });
  }
}
