import { types } from 'node:util';
import type { Datastore } from '@anybucket/core';
import { extendBucketDriver, extendDriver, wrapDatastore } from '@anybucket/core/backend';
import type {
  BucketDriver,
  DatastoreDriver,
  DeleteOutcome,
  DriverCall,
  DriverObject,
  DriverStream,
  ObjectVersionId,
  PresignMethod,
  Presigner,
  PutBody,
  StorageError,
  TagDriver,
  UploadDriver,
  VersionDriver,
} from '@anybucket/core/backend';
import { currentOperation } from './current-operation.js';
import { driverRequests } from './operations.js';
import type { Operation, RequestName } from './operations.js';
import { trackOperations } from './track-operations.js';

/** A request to a store. */
export interface StoreRequest {
  readonly request: RequestName;
  /** The method that makes the request. */
  readonly operation: Operation;
  readonly bucket?: string;
  readonly key?: string;
  /** The keys of a `DeleteObjects`. */
  readonly keys?: readonly string[];
  readonly uploadId?: string;
  readonly partNumber?: number;
  /** The size of the body to be sent in bytes, if it is known. */
  readonly size?: number;
  /** The method of a presigned URL. */
  readonly method?: PresignMethod;
  readonly signal: AbortSignal | undefined;
}

/** What an interceptor does with one request. */
export interface RequestHooks {
  /** Runs around the request. */
  readonly run?: <T>(send: () => Promise<T>) => Promise<T>;
  /** Replaces the body that is sent. */
  readonly upload?: (body: PutBody) => PutBody;
  /** Replaces the object that is received. */
  readonly download?: (object: DriverObject) => DriverObject;
  /** Returns the failure of one key of a `DeleteObjects`, which is then not deleted. */
  readonly failKey?: (key: string) => StorageError | undefined;
}

/** Called for each request, before it is made. */
export type Interceptor = (request: StoreRequest) => RequestHooks | undefined;

/** Returns a datastore whose requests pass an interceptor. */
export function interceptRequests<Wrapped extends Datastore>(datastore: Wrapped, interceptor: Interceptor): Wrapped {
  return trackOperations(wrapDatastore(datastore, (driver) => interceptDriver(driver, interceptor)));
}

type Target = Omit<StoreRequest, 'request' | 'operation' | 'signal'>;
type Begin = (method: keyof typeof driverRequests, call: DriverCall, target?: Target) => RequestHooks;

function interceptDriver(driver: DatastoreDriver, interceptor: Interceptor): DatastoreDriver {
  const begin: Begin = (method, { signal }, target) => {
    const { request, operation } = driverRequests[method];
    return interceptor({ request, operation: currentOperation() ?? operation, ...target, signal }) ?? {};
  };
  const { tags, versions, presigner, uploads } = driver;
  return extendDriver(driver, {
    tags: tags && interceptTags(tags, begin),
    versions: versions && interceptVersions(versions, begin),
    presigner: presigner && interceptPresigner(presigner, begin),
    uploads: uploads && interceptUploads(uploads, begin),
    listBuckets: async (call) => run(begin('listBuckets', call), () => driver.listBuckets(call)),
    createBucket: async (bucket, call) => run(begin('createBucket', call, { bucket }), () => driver.createBucket(bucket, call)),
    removeBucket: async (bucket, call) => run(begin('removeBucket', call, { bucket }), () => driver.removeBucket(bucket, call)),
    bucketExists: async (bucket, call) => run(begin('bucketExists', call, { bucket }), () => driver.bucketExists(bucket, call)),
    bucket: (bucket) => interceptBucket(driver.bucket(bucket), bucket, begin),
  });
}

function interceptBucket(driver: BucketDriver, bucket: string, begin: Begin): BucketDriver {
  return extendBucketDriver(driver, {
    headObject: async (key, call) => run(begin('headObject', call, { bucket, key }), () => driver.headObject(key, call)),
    getObject: async (key, call) => {
      const hooks = begin('getObject', call, { bucket, key });
      return run(hooks, async () => {
        const object = await driver.getObject(key, call);
        return hooks.download?.(object) ?? object;
      });
    },
    putObject: async (key, body, call) => {
      const hooks = begin('putObject', call, { bucket, key, ...sizeOf(body) });
      return run(hooks, () => driver.putObject(key, hooks.upload?.(body) ?? body, call));
    },
    copyObject: async (key, source, call) => run(begin('copyObject', call, { bucket, key }), () => driver.copyObject(key, source, call)),
    deleteObject: async (key, call) => run(begin('deleteObject', call, { bucket, key }), () => driver.deleteObject(key, call)),
    deleteObjects: async (targets, call) => {
      const hooks = begin('deleteObjects', call, { bucket, keys: targets.map(({ key }) => key) });
      return run(hooks, () => deleteTargets(driver, targets, call, hooks));
    },
    listObjects: async (call) => run(begin('listObjects', call, { bucket }), () => driver.listObjects(call)),
  });
}

async function deleteTargets(
  driver: BucketDriver,
  targets: readonly ObjectVersionId[],
  call: DriverCall,
  { failKey }: RequestHooks,
): Promise<readonly (DeleteOutcome | StorageError)[]> {
  if (failKey === undefined) return driver.deleteObjects(targets, call);
  const failures = targets.map(({ key }) => failKey(key));
  const others = targets.filter((_, index) => failures[index] === undefined);
  const outcomes = others.length === 0 ? [] : await driver.deleteObjects(others, call);
  const remaining = outcomes.values();
  return failures.map((failure) => failure ?? (remaining.next().value as DeleteOutcome | StorageError));
}

function interceptTags(tags: TagDriver, begin: Begin): TagDriver {
  return {
    getTags: async (bucket, key, call) => run(begin('getTags', call, { bucket, key }), () => tags.getTags(bucket, key, call)),
    setTags: async (bucket, key, value, call) => run(begin('setTags', call, { bucket, key }), () => tags.setTags(bucket, key, value, call)),
  };
}

function interceptVersions(versions: VersionDriver, begin: Begin): VersionDriver {
  return {
    listVersions: async (bucket, call) => run(begin('listVersions', call, { bucket }), () => versions.listVersions(bucket, call)),
    setVersioning: async (bucket, state, call) =>
      run(begin('setVersioning', call, { bucket }), () => versions.setVersioning(bucket, state, call)),
    getVersioning: async (bucket, call) => run(begin('getVersioning', call, { bucket }), () => versions.getVersioning(bucket, call)),
  };
}

function interceptPresigner(presigner: Presigner, begin: Begin): Presigner {
  return {
    presign: async (bucket, key, call) =>
      run(begin('presign', call, { bucket, key, method: call.method }), () => presigner.presign(bucket, key, call)),
    presignPost: async (bucket, call) => run(begin('presignPost', call, { bucket }), () => presigner.presignPost(bucket, call)),
  };
}

function interceptUploads(uploads: UploadDriver, begin: Begin): UploadDriver {
  return {
    createUpload: async (bucket, key, call) =>
      run(begin('createUpload', call, { bucket, key }), () => uploads.createUpload(bucket, key, call)),
    putPart: async (bucket, key, uploadId, partNumber, body, call) => {
      const hooks = begin('putPart', call, { bucket, key, uploadId, partNumber, ...sizeOf(body) });
      return run(hooks, () => uploads.putPart(bucket, key, uploadId, partNumber, hooks.upload?.(body) ?? body, call));
    },
    copyPart: async (bucket, key, uploadId, partNumber, source, call) =>
      run(begin('copyPart', call, { bucket, key, uploadId, partNumber }), () =>
        uploads.copyPart(bucket, key, uploadId, partNumber, source, call),
      ),
    listParts: async (bucket, key, uploadId, call) =>
      run(begin('listParts', call, { bucket, key, uploadId }), () => uploads.listParts(bucket, key, uploadId, call)),
    completeUpload: async (bucket, key, uploadId, parts, call) =>
      run(begin('completeUpload', call, { bucket, key, uploadId }), () => uploads.completeUpload(bucket, key, uploadId, parts, call)),
    abortUpload: async (bucket, key, uploadId, call) =>
      run(begin('abortUpload', call, { bucket, key, uploadId }), () => uploads.abortUpload(bucket, key, uploadId, call)),
    listUploads: async (bucket, call) => run(begin('listUploads', call, { bucket }), () => uploads.listUploads(bucket, call)),
  };
}

function run<T>(hooks: RequestHooks, send: () => Promise<T>): Promise<T> {
  return hooks.run === undefined ? send() : hooks.run(send);
}

function sizeOf(body: PutBody): { readonly size?: number } {
  const size = body.size ?? body.bytes?.length;
  return size === undefined ? {} : { size };
}

type Chunks = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** Returns a body to be sent whose chunks pass a function. */
export function mapUpload(body: PutBody, map: Chunks): PutBody {
  const { size, stable } = body;
  return {
    size,
    stable,
    ...(body.checksum === undefined ? {} : { checksum: () => body.checksum?.() }),
    [Symbol.asyncIterator]: () => map(body)[Symbol.asyncIterator](),
  };
}

/** Returns an object whose chunks pass a function. */
export function mapDownload(object: DriverObject, map: Chunks): DriverObject {
  const { body } = object;
  const stream = types.isUint8Array(body) ? streamOf(body) : body;
  return {
    ...object,
    body: { cancel: () => stream.cancel(), [Symbol.asyncIterator]: () => map(stream)[Symbol.asyncIterator]() },
  };
}

function streamOf(bytes: Uint8Array): DriverStream {
  return {
    cancel: () => {},
    async *[Symbol.asyncIterator]() {
      if (bytes.length > 0) yield bytes;
    },
  };
}
