import type { Call, Placeholder } from '../calls/call.js';
import { isPlaceholder, missingEtag, objectRef, placeholdersIn, resolvePlaceholders } from '../calls/call.js';
import { contentBytes } from '../calls/content.js';
import * as buckets from './buckets.js';
import type { ExpectedError, ExpectedOutcome } from './expected-outcome.js';
import { Aborted, Failure, toExpectedError } from './failure.js';
import * as listing from './listing.js';
import { ModelRequest } from './model-request.js';
import { ModelState } from './model-state.js';
import * as reading from './reading.js';
import * as writing from './writing.js';

/** The expected outcome of a call, the changes it would make, and the capabilities it depends on. */
export interface Evaluation {
  readonly expected: ExpectedOutcome;
  readonly effects: readonly (() => void)[];
  readonly consultedCapabilities: ReadonlySet<string>;
}

/** The capabilities of a backend, by name. */
export type CapabilityFlags = Readonly<Record<string, boolean>>;

type Evaluator = (request: ModelRequest) => unknown;

const { getBuckets, getBucket, createBucket, removeBucket, bucketExists } = buckets;
const datastoreMethods: Readonly<Record<string, Evaluator>> = {
  list: buckets.listBuckets,
  bucket: buckets.bucketHandle,
  getBuckets,
  getBucket,
  createBucket,
  removeBucket,
  bucketExists,
};
const { list, listPage, listFilename, listVersions, versioning, setVersioning } = listing;
const bucketMethods: Readonly<Record<string, Evaluator>> = {
  list,
  iterate: list,
  listPage,
  listFilename,
  listVersions,
  versioning,
  setVersioning,
  get: reading.getObject,
  fget: reading.getFile,
  stat: reading.stat,
  exists: reading.exists,
  presign: reading.presign,
  put: writing.put,
  fput: writing.putFile,
  putRequest: writing.putRequest,
  fcopyTo: writing.copy,
  delete: writing.remove,
  tags: writing.getTags,
  setTags: writing.setTags,
  removeTags: writing.setTags,
};

/**
 * A second, deliberately simple implementation of the public API's rules, in memory. It shares no code with the library, so that it also
 * reveals a mistake that all backends make.
 */
export class Model {
  readonly state = new ModelState();

  /** Evaluates a call for a backend with the given capabilities. Buckets do not change until the effects are applied. */
  evaluate(call: Call, capabilities: CapabilityFlags): Evaluation {
    const request = new ModelRequest(
      call,
      resolvePlaceholders(call.args, (placeholder) => this.#resolve(call, placeholder)),
      this.state,
      capabilities,
    );
    for (const placeholder of placeholdersIn(call.args)) {
      // The file is written before the call, so also when the call fails.
      if (placeholder.$ === 'file' && placeholder.content !== undefined)
        this.state.files.set(placeholder.name, contentBytes(placeholder.content));
    }
    const { effects, consultedCapabilities } = request;
    return { expected: this.#expectedOutcome(request), effects, consultedCapabilities };
  }

  #expectedOutcome(request: ModelRequest): ExpectedOutcome {
    const { call } = request;
    const context = errorContext(call, request.args);
    if (call.client === 'closed' && call.method !== 'bucket') return { errors: [toExpectedError({ code: 'DatastoreClosed' }, context)] };
    const { signal } = request.options;
    if (isPlaceholder(signal, 'signal') && signal.aborted) return { aborted: true };
    try {
      return { value: evaluatorOf(call)(request) };
    } catch (error) {
      if (error instanceof Aborted) return { aborted: true };
      if (error instanceof Failure)
        return { errors: error.errors.map((one) => toExpectedError(one, context)), ...(error.mayAbort ? { mayAbort: true } : {}) };
      throw error;
    }
  }

  /** Resolves ETags and times; evaluators use all other placeholders as they are. */
  #resolve(call: Call, placeholder: Placeholder): unknown {
    if (placeholder.$ !== 'etag' && placeholder.$ !== 'time') return placeholder;
    const { bucket, key } = objectRef(call, placeholder.role);
    const object = this.state.object(bucket, key);
    if (placeholder.$ === 'time') return new Date((object?.lastModified ?? this.state.nextTime()).getTime() + placeholder.offsetMs);
    const etag = object?.etag ?? missingEtag;
    return placeholder.quoted ? `"${etag}"` : etag;
  }
}

function evaluatorOf({ bucket, method }: Call): Evaluator {
  const evaluator = method === 'read' ? reading.readHeld : (bucket === undefined ? datastoreMethods : bucketMethods)[method];
  if (evaluator === undefined) throw new TypeError(`the model does not implement ${method}`);
  return evaluator;
}

/** Returns the operation, bucket and key that the errors of a call carry by default. */
function errorContext({ bucket, method }: Call, args: readonly unknown[]): Omit<ExpectedError, 'code' | 'status'> {
  const stringOrUndefined = (value: unknown) => (typeof value === 'string' ? value : undefined);
  if (bucket === undefined)
    return { operation: method, bucket: ['list', 'getBuckets'].includes(method) ? undefined : stringOrUndefined(args[0]), key: undefined };
  if (method === 'fcopyTo') return { operation: method, bucket: stringOrUndefined(args[0]), key: stringOrUndefined(args[1]) };
  const hasNoKey = ['list', 'iterate', 'listPage', 'listFilename', 'listVersions', 'versioning', 'setVersioning'].includes(method);
  const keyIndex = method === 'putRequest' ? 1 : 0;
  return { operation: method, bucket, key: hasNoKey ? undefined : stringOrUndefined(args[keyIndex]) };
}
