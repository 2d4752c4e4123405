import { tracingChannel } from 'node:diagnostics_channel';
import type { TracingChannel } from 'node:diagnostics_channel';
import type { RequestHead } from './http/http-request.js';
import type { S3Request } from './s3/request.js';

/** The message of the channels `tracing:anybucket.minio.call:*`: one S3 call with all its attempts. */
export interface CallEvent {
  /** The S3 operation, such as `PutObject`. */
  readonly operation: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** The host name of the server. */
  readonly host: string;
  readonly port: number;
  /** The attempts so far. */
  attempts: number;
  /** The error of the call, from `error` on. */
  error?: unknown;
}

/** The message of the channels `tracing:anybucket.minio.attempt:*`: one HTTP request. */
export interface AttemptEvent {
  readonly call: CallEvent;
  readonly method: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The URL without the query, which may contain secrets. Undefined until the request is signed. */
  url?: string;
  /** The HTTP status of the response. */
  status?: number;
  /** The id of the request in the log of the server. */
  requestId?: string | undefined;
  /** The error of the attempt, from `error` on. */
  error?: unknown;
}

/** An attempt that failed and is about to be repeated: the argument of the option `onRetry`. */
export interface RetryEvent {
  /** The S3 operation, such as `PutObject`. */
  readonly operation: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  /** The attempts so far. */
  readonly attempts: number;
  /** The delay before the next attempt in milliseconds. */
  readonly delayMs: number;
  /** The error of the last attempt. */
  readonly error: unknown;
}

export const callChannel = tracingChannel<unknown, CallEvent>('anybucket.minio.call');
export const attemptChannel = tracingChannel<unknown, AttemptEvent>('anybucket.minio.attempt');

/** The operations by method and subresource. */
const bucketOperations: Readonly<Record<string, string>> = {
  GET: 'ListObjectsV2',
  'GET location': 'GetBucketLocation',
  'GET uploads': 'ListMultipartUploads',
  'GET versioning': 'GetBucketVersioning',
  'GET versions': 'ListObjectVersions',
  HEAD: 'HeadBucket',
  PUT: 'CreateBucket',
  'PUT versioning': 'PutBucketVersioning',
  DELETE: 'DeleteBucket',
  'POST delete': 'DeleteObjects',
};
const objectOperations: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  'GET tagging': 'GetObjectTagging',
  'GET uploadId': 'ListParts',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  'PUT copy': 'CopyObject',
  'PUT tagging': 'PutObjectTagging',
  'PUT uploadId': 'UploadPart',
  'PUT uploadId copy': 'UploadPartCopy',
  DELETE: 'DeleteObject',
  'DELETE tagging': 'DeleteObjectTagging',
  'DELETE uploadId': 'AbortMultipartUpload',
  'POST uploads': 'CreateMultipartUpload',
  'POST uploadId': 'CompleteMultipartUpload',
};
const subresources = ['location', 'uploads', 'versioning', 'versions', 'delete', 'tagging', 'uploadId'];

/** Returns the name of the S3 operation of a request. */
export function operationOf({ method, bucket, key, query = {}, headers = {} }: S3Request): string {
  if (bucket === undefined) return 'ListBuckets';
  const subresource = subresources.find((name) => query[name] !== undefined);
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  const kind = [method, subresource ?? [], isCopy ? 'copy' : []].flat().join(' ');
  return (key === undefined ? bucketOperations : objectOperations)[kind] ?? kind;
}

/**
 * Runs a call or an attempt and publishes its events, like `TracingChannel.tracePromise`.
 * @param errorOf returns the error to publish for a rejection.
 */
export async function trace<T, Event extends { error?: unknown }>(
  channel: TracingChannel<unknown, Event>,
  event: Event,
  run: () => Promise<T>,
  errorOf: (reason: unknown) => unknown = (reason) => reason,
): Promise<T> {
  const { start, end, error, asyncStart, asyncEnd } = channel;
  const promise = start.runStores(event, run);
  end.publish(event);
  try {
    return await promise;
  } catch (reason) {
    event.error = errorOf(reason);
    error.publish(event);
    throw reason;
  } finally {
    asyncStart.publish(event);
    asyncEnd.publish(event);
  }
}

/** Returns the URL of a request. The query may contain a customer key. */
export function urlWithoutQuery({ protocol, headers, path }: RequestHead): string {
  return `${protocol}//${headers['host'] ?? ''}${path.split('?', 1)[0] ?? ''}`;
}
