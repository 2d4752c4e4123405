import { compareBytes } from './bytes.js';
import { Failure } from './failure.js';
import type { ModelRequest } from './model-request.js';
import { listEntries } from './listing.js';
import { bucketNameErrors, keyErrors } from './names.js';
import { deleteOne } from './deleting.js';
import { storeCopy } from './writing.js';

/** Evaluates `deleteAll`. */
export function deleteAll(request: ModelRequest): unknown {
  const { prefix } = request.options;
  request.checkOptions();
  if (prefix === undefined) request.addErrorCodes(['InvalidArgument']);
  request.throwIfInvalid();
  const keys = listedKeys(request);
  for (const key of keys) deleteOne(request, request.bucket, key, undefined);
  return toBulkResult(keys, 0, []);
}

/** Evaluates `copyAll`. */
export function copyAll(request: ModelRequest): unknown {
  const { prefix, to } = request.options as { prefix?: string; to?: string };
  const target = request.options['bucket'] ?? request.bucket;
  request.checkOptions();
  if (prefix === undefined || to === undefined) request.addErrorCodes(['InvalidArgument']);
  if (prefix !== undefined && to !== undefined && target === request.bucket && (to.startsWith(prefix) || prefix.startsWith(to)))
    request.addErrorCodes(['InvalidRequest']);
  request.addErrors(...bucketNameErrors(target).map((error) => ('bucket' in error ? { ...error, bucket: request.bucket } : error)));
  request.throwIfInvalid();
  const targetName = target as string;
  const keys = listedKeys(request);
  const copies = keys.map((key) => ({ key, newKey: `${to}${key.slice(String(prefix).length)}` }));
  const failures = copies.flatMap(({ key, newKey }) => {
    const [error] = keyErrors(newKey);
    return error === undefined ? [] : [{ key, error: error.code }];
  });
  const failed = new Set(failures.map(({ key }) => key));
  const copied = copies.filter(({ key }) => !failed.has(key));
  if (copied.length > 0 && !request.state.buckets.has(targetName)) throw new Failure([{ code: 'NoSuchBucket', bucket: targetName }]);
  let bytes = 0;
  for (const { key, newKey } of copied) {
    const object = request.object(key);
    bytes += object.bytes.length;
    storeCopy(request, targetName, newKey, object);
  }
  return toBulkResult(keys, bytes, failures);
}

/** Returns the keys with the prefix, after `startAfter`. */
function listedKeys(request: ModelRequest): string[] {
  const { prefix = '', startAfter = '' } = request.options as { prefix?: string; startAfter?: string };
  const bucket = request.objects();
  const entries = listEntries(bucket.keys(), { prefix, delimiter: '', startAfter }, bucket.allKeys());
  if (entries.some(({ isBelowObject }) => isBelowObject)) request.minioDeviations.add('listings omit keys below other keys');
  return entries.map(({ key }) => key);
}

function toBulkResult(keys: readonly string[], bytes: number, failures: readonly unknown[]): unknown {
  const lastKey = keys.toSorted(compareBytes).at(-1);
  const failed = failures.length;
  return { done: keys.length - failed, skipped: 0, failed, bytes, failures, ...(lastKey === undefined ? {} : { lastKey }) };
}
