import { compareBytes } from './bytes.js';
import { fail } from './failure.js';
import type { ModelRequest } from './model-request.js';
import { ModelBucket } from './model-state.js';
import { bucketNameErrors } from './names.js';
import { bucketListOptions, signalOptions } from './options.js';

/** Evaluates `Datastore.list`. */
export function listBuckets(request: ModelRequest): unknown {
  const [first] = request.args;
  request.checkOptions(bucketListOptions);
  if (typeof first === 'string' && first !== 'array' && first !== 'str') request.addErrorCodes(['InvalidArgument']);
  request.throwIfInvalid();
  const format = typeof first === 'string' ? first : request.options['returnType'];
  const names = sortedNames(request);
  return format === 'str' ? names.join(',') : names;
}

/** Evaluates `getBuckets`. */
export function getBuckets(request: ModelRequest): unknown {
  request.checkOptions(signalOptions);
  request.throwIfInvalid();
  return sortedNames(request).map(toHandle);
}

/** Evaluates `getBucket`. */
export function getBucket(request: ModelRequest): unknown {
  const name = checkedName(request);
  request.objects(name);
  return toHandle(name);
}

/** Evaluates `bucket`, which does no I/O. */
export function bucketHandle(request: ModelRequest): unknown {
  request.addErrors(...bucketNameErrors(request.args[0]));
  request.throwIfInvalid();
  return toHandle(request.args[0] as string);
}

/** Evaluates `createBucket`. */
export function createBucket(request: ModelRequest): unknown {
  const name = checkedName(request);
  if (request.state.buckets.has(name)) return false;
  request.effects.push(() => request.state.buckets.set(name, new ModelBucket()));
  return true;
}

/** Evaluates `removeBucket`. */
export function removeBucket(request: ModelRequest): unknown {
  const name = checkedName(request);
  const bucket = request.state.buckets.get(name);
  if (bucket === undefined) return false;
  if (bucket.histories.size > 0) fail('BucketNotEmpty');
  request.effects.push(() => {
    request.state.buckets.delete(name);
    if (bucket.uploads.size > 0) request.state.bucketsWithLostUploads.add(name);
  });
  return true;
}

/** Evaluates `bucketExists`. */
export function bucketExists(request: ModelRequest): unknown {
  return request.state.buckets.has(checkedName(request));
}

/** The comparable form of a `Bucket` in a result. */
function toHandle(name: string): { readonly bucket: string } {
  return { bucket: name };
}

function checkedName(request: ModelRequest): string {
  request.addErrors(...bucketNameErrors(request.args[0]));
  request.checkOptions(signalOptions);
  request.throwIfInvalid();
  return request.args[0] as string;
}

function sortedNames({ state }: ModelRequest): string[] {
  return Array.from(state.buckets.keys()).sort(compareBytes);
}
