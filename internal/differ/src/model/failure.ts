import type { ExpectedError } from './expected-outcome.js';

/** The HTTP status of each error code, as S3 and MinIO return it; undefined for errors that no server reports. */
const statuses: Readonly<Record<string, number | undefined>> = {
  AllAccessDisabled: 403,
  BadDigest: 400,
  BadRequest: 400,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidPart: 400,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidTag: 400,
  KeyTooLongError: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  NotModified: 304,
  PreconditionFailed: 412,
  InvalidKey: 400,
  BodyUsed: undefined,
  DatastoreClosed: undefined,
  RequestFailed: undefined,
};

/** Returns the HTTP status of an error code; undefined if no server reports it. */
export function statusOf(code: string): number | undefined {
  return statuses[code];
}

/** An expected error without the fields that default to those of the call. */
export interface PartialError {
  readonly code: string;
  readonly status?: number;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
}

/** Ends the evaluation of a call that fails. When several arguments are invalid, the call may fail with any of the errors. */
export class Failure extends Error {
  readonly errors: readonly PartialError[];
  /** The call may also reject with its signal's reason, because the signal aborts while the call is running. */
  readonly mayAbort: boolean;

  constructor(errors: readonly PartialError[], mayAbort = false) {
    super(errors.map(({ code }) => code).join(' or '));
    this.errors = errors;
    this.mayAbort = mayAbort;
  }
}

/** Ends the evaluation of a call that rejects with its signal's reason. */
export class Aborted extends Error {}

/** Throws a {@link Failure} with one error. */
export function fail(code: string, fields: Omit<PartialError, 'code'> = {}): never {
  throw new Failure([{ ...fields, code }]);
}

/** Completes an error with the operation, bucket and key of the call. */
export function toExpectedError(
  error: PartialError,
  call: { readonly operation: string; readonly bucket: string | undefined; readonly key: string | undefined },
): ExpectedError {
  return {
    code: error.code,
    status: error.status ?? statuses[error.code],
    ...call,
    ...('bucket' in error ? { bucket: error.bucket } : {}),
    ...('key' in error ? { key: error.key } : {}),
  };
}
