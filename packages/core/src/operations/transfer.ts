import type { Bucket } from '../api/datastore.js';
import type { ListedObject, ObjectInfo } from '../api/object-info.js';
import type { TransferOptions } from '../api/options.js';
import type { BulkResult } from '../api/results.js';
import { StorageError, isStorageError } from '../api/errors.js';
import { isMultipartEtag } from '../rules/etags.js';
import { compareKeys } from '../rules/key-order.js';
import { checkOptions, requireFunction, requireInteger, requireSignal, requireWellFormed } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import { BulkTracker } from './bulk-progress.js';
import { runConcurrently } from './run-concurrently.js';
import { toStorageError } from './to-storage-error.js';

const defaultConcurrency = 8;
const checks: OptionChecks<TransferOptions> = {
  signal: requireSignal,
  prefix: requireWellFormed,
  startAfter: requireWellFormed,
  concurrency: requireInteger(1, 64),
  progress: requireFunction,
  filter: requireFunction,
};

/**
 * Copies the objects of a bucket to a bucket of another datastore, under the same keys: bodies, headers, metadata and tags. Bodies are
 * streamed through this process. Skips objects that the target has already, with the same ETag, size, headers, metadata and tags. Objects
 * that only the target has are kept. Goes on after a failure of single objects.
 *
 * A body in several parts has the same ETag in the target only if it was stored with the default `partSize`; otherwise it is copied each
 * time.
 *
 * @returns counts and failures. Rejects only for failures of whole requests.
 * @throws `InvalidRequest` for a transfer of a bucket into itself; `InvalidArgument` for an invalid option; `NoSuchBucket`.
 */
export async function transfer(from: Bucket, to: Bucket, options?: TransferOptions): Promise<BulkResult> {
  const context = { operation: 'transfer', bucket: from.name };
  try {
    const { prefix = '', startAfter, concurrency = defaultConcurrency, progress, filter, signal } = checkOptions(options, checks);
    signal?.throwIfAborted();
    if (from.datastore === to.datastore && from.name === to.name)
      throw new StorageError({ code: 'InvalidRequest', message: 'a bucket cannot be transferred into itself' });
    const tracker = new BulkTracker(progress);
    const copy = async ({ source, target }: Pair): Promise<void> => {
      const { key } = source;
      try {
        const isWanted = filter === undefined || filter(source);
        if (!isWanted || (target !== undefined && (await isEqual(from, to, source, target, signal)))) tracker.skip(key);
        else tracker.done(key, await copyObject(from, to, key, signal));
      } catch (error) {
        if (signal?.aborted === true || isStorageError(error, 'NoSuchBucket') || isStorageError(error, 'DatastoreClosed')) throw error;
        // Deleted since it was listed.
        if (isStorageError(error, 'NoSuchKey')) tracker.skip(key);
        else tracker.fail({ key, error: toStorageError(error, { ...context, key }) });
      }
    };
    const list = { prefix, startAfter, signal };
    const started = function* (pair: Pair): Generator<Pair> {
      tracker.start(pair.source.key);
      yield pair;
    };
    await runConcurrently(pairsOf(from.iterate(list), to.iterate(list), started), concurrency, signal, copy);
    return tracker.result();
  } catch (error) {
    throw options?.signal?.aborted === true ? options.signal.reason : toStorageError(error, context);
  }
}

interface Pair {
  readonly source: ListedObject;
  /** The object of the target with the same key. */
  readonly target: ListedObject | undefined;
}

/** Merges two listings in key order. */
async function* pairsOf(
  sources: AsyncIterableIterator<ListedObject>,
  targets: AsyncIterableIterator<ListedObject>,
  started: (pair: Pair) => Iterable<Pair>,
): AsyncGenerator<Pair, void, undefined> {
  try {
    let target = await targets.next();
    for await (const source of sources) {
      while (target.done !== true && compareKeys(target.value.key, source.key) < 0) target = await targets.next();
      yield* started({ source, target: target.done !== true && target.value.key === source.key ? target.value : undefined });
    }
  } finally {
    await targets.return?.();
  }
}

/** Returns whether two objects are equal. Requests their headers only if everything that listings show is equal. */
async function isEqual(
  from: Bucket,
  to: Bucket,
  source: ListedObject,
  target: ListedObject,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (source.etag !== target.etag || source.size !== target.size || !isSame(shownIn(source), shownIn(target))) return false;
  const { key } = source;
  const [left, right] = await Promise.all([from.stat(key, { signal }), to.stat(key, { signal })]);
  if (!isSame(headersOf(left), headersOf(right)) || left.tagCount !== right.tagCount) return false;
  if (left.tagCount === undefined) return true;
  return isSame(...(await Promise.all([from.tags(key, { signal }), to.tags(key, { signal })])));
}

/** Copies one object. @returns its size in bytes. */
async function copyObject(from: Bucket, to: Bucket, key: string, signal: AbortSignal | undefined): Promise<number> {
  const object = await from.get(key, { signal });
  try {
    const { info } = object;
    const keepsTags = info.tagCount !== undefined && to.datastore.capabilities.tags;
    const tags = keepsTags ? await from.tags(key, { versionId: info.versionId, signal }) : undefined;
    const { etag } = await to.put(key, object, info.size, { ...headersOf(info), metadata: info.metadata, tags, signal });
    const isComparable = from.datastore.capabilities.md5Etags && to.datastore.capabilities.md5Etags;
    if (isComparable && !isMultipartEtag(info.etag) && !isMultipartEtag(etag) && etag !== info.etag)
      throw new StorageError({ code: 'BadDigest', message: `the copy has the ETag ${etag}, expected ${info.etag}` });
    return info.size;
  } finally {
    await object.cancel();
  }
}

function shownIn({ contentType, metadata }: ListedObject): object {
  return { contentType, metadata: sorted(metadata) };
}

function headersOf(
  info: ObjectInfo,
): Pick<ObjectInfo, 'contentType' | 'cacheControl' | 'contentDisposition' | 'contentEncoding' | 'contentLanguage' | 'expires'> {
  const { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires } = info;
  return { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires } as ObjectInfo;
}

function isSame(left: object, right: object): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(record: object): object {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
