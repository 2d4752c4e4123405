import type { Call, Placeholder } from '../calls/call.js';
import {
  isPlaceholder,
  missingEtag,
  missingUpload,
  missingVersion,
  objectRef,
  placeholdersIn,
  resolvePlaceholders,
  uploadMethods,
} from '../calls/call.js';
import { contentBytes } from '../calls/content.js';
import * as buckets from './buckets.js';
import * as bulk from './bulk.js';
import { remove } from './deleting.js';
import type { ExpectedError, ExpectedOutcome } from './expected-outcome.js';
import { Aborted, Failure, toExpectedError } from './failure.js';
import * as listing from './listing.js';
import { ModelRequest } from './model-request.js';
import { ModelState } from './model-state.js';
import * as parts from './parts.js';
import { presign } from './presigned.js';
import * as reading from './reading.js';
import * as uploads from './uploads.js';
import * as writing from './writing.js';

/** The expected outcome of a call, the changes it would make, and the capabilities it depends on. */
export interface Evaluation {
  readonly expected: ExpectedOutcome;
  readonly effects: readonly (() => void)[];
  readonly consultedCapabilities: ReadonlySet<string>;
  /** The known deviations of MinIO that the call would meet. */
  readonly minioDeviations: ReadonlySet<string>;
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
const { list, listPage, listFilename, listVersions, listVersionsPage, versioning, setVersioning } = listing;
const { createUpload, listUploads, complete, abort } = uploads;
const { putPart, copyPart, listParts } = parts;
const bucketMethods: Readonly<Record<string, Evaluator>> = {
  list,
  iterate: list,
  listPage,
  listFilename,
  listVersions,
  listVersionsPage,
  versioning,
  setVersioning,
  get: reading.getObject,
  fget: reading.getFile,
  stat: reading.stat,
  exists: reading.exists,
  presign,
  put: writing.put,
  fput: writing.putFile,
  putRequest: writing.putRequest,
  fcopyTo: writing.copyTo,
  copy: writing.copy,
  move: writing.move,
  deleteAll: bulk.deleteAll,
  copyAll: bulk.copyAll,
  createUpload,
  listUploads,
  putPart,
  copyPart,
  listParts,
  complete,
  abort,
  delete: remove,
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

  /** Returns the call with the versions that it names at present. */
  withVersions(call: Call): Call {
    return { ...call, args: resolvePlaceholders(call.args, (placeholder) => this.#nameVersion(call, placeholder)) };
  }

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
    const { effects, consultedCapabilities, minioDeviations } = request;
    return { expected: this.#expectedOutcome(request), effects, consultedCapabilities, minioDeviations };
  }

  #expectedOutcome(request: ModelRequest): ExpectedOutcome {
    const { call } = request;
    const context = errorContext(call, request.args, this.state);
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

  #nameVersion(call: Call, placeholder: Placeholder): unknown {
    if (placeholder.$ !== 'version') return placeholder;
    const { bucket, key: ownKey } = objectRef(call, placeholder.role);
    const { key = ownKey } = placeholder;
    const history = this.state.buckets.get(bucket)?.history(key) ?? [];
    const index = history.length === 0 ? 0 : placeholder.index % history.length;
    const entry = history[index];
    if (entry === undefined) return missingVersion;
    return entry.id === undefined ? 'null' : { $: 'versionId', name: entry.id.name, bucket, key, index };
  }

  /** Resolves ETags, times and versions; evaluators use all other placeholders as they are. */
  #resolve(call: Call, placeholder: Placeholder): unknown {
    switch (placeholder.$) {
      case 'versionId':
        return this.state.id('version', placeholder.name);
      case 'partEtag': {
        const upload = this.state.uploads.get(call.uploadSlot ?? 0);
        const part = upload && this.state.buckets.get(upload.bucket)?.uploads.get(upload.id)?.parts.get(placeholder.partNumber);
        return withQuotes(part?.etag ?? missingEtag, placeholder.quoted);
      }
      case 'time': {
        const { bucket, key } = objectRef(call, placeholder.role);
        const time = this.state.object(bucket, key)?.lastModified ?? this.state.nextTime();
        return new Date(time.getTime() + placeholder.offsetMs);
      }
      case 'etag': {
        const { bucket, key } = objectRef(call, placeholder.role);
        return withQuotes(this.state.object(bucket, key)?.etag ?? missingEtag, placeholder.quoted);
      }
      default:
        return placeholder;
    }
  }
}

function withQuotes(etag: string, quoted: boolean): string {
  return quoted ? `"${etag}"` : etag;
}

function evaluatorOf({ bucket, method }: Call): Evaluator {
  const evaluator = method === 'read' ? reading.readHeld : (bucket === undefined ? datastoreMethods : bucketMethods)[method];
  if (evaluator === undefined) throw new TypeError(`the model does not implement ${method}`);
  return evaluator;
}

const methodsWithoutKey: ReadonlySet<string> = new Set([
  'list',
  'iterate',
  'listPage',
  'listFilename',
  'listVersions',
  'listVersionsPage',
  'listUploads',
  'versioning',
  'setVersioning',
  'deleteAll',
  'copyAll',
]);

/** Returns the operation, bucket and key that the errors of a call carry by default. */
function errorContext(call: Call, args: readonly unknown[], state: ModelState): Omit<ExpectedError, 'code' | 'status'> {
  const { bucket, method: operation } = call;
  const stringOrUndefined = (value: unknown) => (typeof value === 'string' ? value : undefined);
  if (bucket === undefined)
    return { operation, bucket: ['list', 'getBuckets'].includes(operation) ? undefined : stringOrUndefined(args[0]), key: undefined };
  if (uploadMethods.has(operation)) {
    const { key, bucket: name } = state.uploads.get(call.uploadSlot ?? 0) ?? { key: missingUpload.key, bucket };
    return { operation, bucket: name, key };
  }
  if (operation === 'fcopyTo') return { operation, bucket: stringOrUndefined(args[0]), key: stringOrUndefined(args[1]) };
  if (operation === 'copy')
    return { operation, bucket: stringOrUndefined(objectRef(call, 'target').bucket), key: stringOrUndefined(args[1]) };
  const keyIndex = operation === 'putRequest' ? 1 : 0;
  return { operation, bucket, key: methodsWithoutKey.has(operation) ? undefined : stringOrUndefined(args[keyIndex]) };
}
