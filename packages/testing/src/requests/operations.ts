import type { Bucket, Datastore, Upload } from '@anybucket/core';
import type { BucketDriver, DatastoreDriver, Presigner, TagDriver, UploadDriver, VersionDriver } from '@anybucket/core/backend';

/** The methods of a datastore that make requests. */
export const datastoreOperations = [
  'list',
  'getBuckets',
  'getBucket',
  'createBucket',
  'removeBucket',
  'bucketExists',
] as const satisfies readonly (keyof Datastore)[];

/** The methods of a bucket that make requests. */
export const bucketOperations = [
  'list',
  'iterate',
  'listPage',
  'listFilename',
  'get',
  'fget',
  'put',
  'fput',
  'putRequest',
  'delete',
  'stat',
  'fcopyTo',
  'copy',
  'move',
  'deleteAll',
  'copyAll',
  'keys',
  'objects',
  'exists',
  'tags',
  'setTags',
  'removeTags',
  'presign',
  'presignPost',
  'createUpload',
  'listUploads',
  'listUploadsPage',
  'listVersions',
  'listVersionsPage',
  'setVersioning',
  'versioning',
] as const satisfies readonly (keyof Bucket)[];

/** The methods of an upload in parts that make requests. */
export const uploadOperations = [
  'putPart',
  'copyPart',
  'listParts',
  'listPartsPage',
  'complete',
  'abort',
] as const satisfies readonly (keyof Upload)[];

/** A method of {@link Datastore}, {@link Bucket} or {@link Upload} that makes requests. */
export type Operation = (typeof datastoreOperations)[number] | (typeof bucketOperations)[number] | (typeof uploadOperations)[number];

type DriverMethod =
  | Exclude<keyof DatastoreDriver, 'backend' | 'capabilities' | 'tags' | 'versions' | 'presigner' | 'uploads' | 'bucket' | 'close'>
  | keyof BucketDriver
  | keyof TagDriver
  | keyof VersionDriver
  | keyof UploadDriver
  | keyof Presigner;

/**
 * The request of S3 that each method of a driver makes, and the operation that makes it directly. The names `Presign` and `PresignPost` stand
 * for the creation of signatures, which needs no request.
 */
export const driverRequests = {
  listBuckets: { request: 'ListBuckets', operation: 'list' },
  createBucket: { request: 'CreateBucket', operation: 'createBucket' },
  removeBucket: { request: 'DeleteBucket', operation: 'removeBucket' },
  bucketExists: { request: 'HeadBucket', operation: 'bucketExists' },
  headObject: { request: 'HeadObject', operation: 'stat' },
  getObject: { request: 'GetObject', operation: 'get' },
  putObject: { request: 'PutObject', operation: 'put' },
  copyObject: { request: 'CopyObject', operation: 'copy' },
  deleteObject: { request: 'DeleteObject', operation: 'delete' },
  deleteObjects: { request: 'DeleteObjects', operation: 'delete' },
  listObjects: { request: 'ListObjectsV2', operation: 'list' },
  getTags: { request: 'GetObjectTagging', operation: 'tags' },
  setTags: { request: 'PutObjectTagging', operation: 'setTags' },
  listVersions: { request: 'ListObjectVersions', operation: 'listVersions' },
  setVersioning: { request: 'PutBucketVersioning', operation: 'setVersioning' },
  getVersioning: { request: 'GetBucketVersioning', operation: 'versioning' },
  createUpload: { request: 'CreateMultipartUpload', operation: 'createUpload' },
  putPart: { request: 'UploadPart', operation: 'putPart' },
  copyPart: { request: 'UploadPartCopy', operation: 'copyPart' },
  listParts: { request: 'ListParts', operation: 'listParts' },
  completeUpload: { request: 'CompleteMultipartUpload', operation: 'complete' },
  abortUpload: { request: 'AbortMultipartUpload', operation: 'abort' },
  listUploads: { request: 'ListMultipartUploads', operation: 'listUploads' },
  presign: { request: 'Presign', operation: 'presign' },
  presignPost: { request: 'PresignPost', operation: 'presignPost' },
} as const satisfies Readonly<Record<DriverMethod, { readonly request: string; readonly operation: Operation }>>;

/** The name of a request in S3. A `put` makes one `PutObject`, whatever the number of parts; a `move` makes several requests. */
export type RequestName = (typeof driverRequests)[keyof typeof driverRequests]['request'];

/** All names of operations. */
export const operationNames: readonly Operation[] = [...new Set([...datastoreOperations, ...bucketOperations, ...uploadOperations])];

/** All names of requests. */
export const requestNames: readonly RequestName[] = Object.values(driverRequests).map(({ request }) => request);

/** The requests that change a store. */
export const writeRequests: readonly RequestName[] = [
  'CreateBucket',
  'DeleteBucket',
  'PutObject',
  'CopyObject',
  'DeleteObject',
  'DeleteObjects',
  'PutObjectTagging',
  'PutBucketVersioning',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
];
