/** The HTTP status of each error code. Codes follow S3 where S3 defines one. */
export const statusOf = {
  AccessDenied: 403,
  AllAccessDisabled: 403,
  BadDigest: 400,
  BadRequest: 400,
  BucketAlreadyExists: 409,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidKey: 400,
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
  SlowDown: 503,
  StorageFull: 507,
  // Codes without an S3 counterpart. No server response is involved, hence no status.
  BodyUsed: undefined,
  ConfigError: undefined,
  ConnectionFailed: undefined,
  DatastoreClosed: undefined,
  RequestFailed: undefined,
  Timeout: undefined,
  TooManyOpenFiles: undefined,
} as const satisfies Record<string, number | undefined>;

/** The error codes that this library raises, on every backend. */
export type StorageErrorCode = keyof typeof statusOf;

/** All error codes that this library raises. */
export const storageErrorCodes = Object.keys(statusOf) as readonly StorageErrorCode[];

/** Parameters of the {@link StorageError} constructor, named like its fields. */
export interface StorageErrorInit {
  readonly code: StorageErrorCode | (string & {});
  /** What went wrong, without operation, bucket, key and code; the constructor adds them. */
  readonly message: string;
  readonly operation?: string | undefined;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly status?: number | undefined;
  readonly retryable?: boolean | undefined;
  readonly requestId?: string | undefined;
  readonly serverCode?: string | undefined;
  readonly deleteMarker?: string | undefined;
  readonly cause?: unknown;
}

const retryableCodes = new Set<string>(['ConnectionFailed', 'InternalError', 'SlowDown', 'Timeout', 'TooManyOpenFiles']);
const brand = Symbol.for('anybucket.StorageError');
/** The message as passed to the constructor. */
const detail = Symbol.for('anybucket.StorageError.detail');

/** Caller input is cut to this length in messages, in UTF-16 code units. */
export const maxQuotedLength = 100;

/** The message of an error that this library did not create is cut to this length, in UTF-16 code units. Its cause has the whole. */
export const maxDetailLength = 500;

/**
 * The error of every failed call, on every backend. Distinguish failures by `code`; messages may change in any release.
 *
 * Prefer {@link isStorageError} to `instanceof`, which fails if two copies of this package are installed.
 */
export class StorageError extends Error {
  /** A {@link StorageErrorCode}, or any other code received from a server. */
  readonly code: StorageErrorCode | (string & {});
  /** The method that failed, such as `put` or `getBucket`. */
  declare readonly operation?: string;
  /** The bucket that the failure refers to. */
  declare readonly bucket?: string;
  /** The key that the failure refers to. */
  declare readonly key?: string;
  /** The HTTP status of the code in S3. Absent for codes that do not stem from a response, such as `Timeout`. */
  declare readonly status?: number;
  /** The id of the failed request in the log of the server. */
  declare readonly requestId?: string;
  /** The code in the response of the server, such as `XMinioStorageFull` if `code` is `StorageFull`. */
  declare readonly serverCode?: string;
  /** The version id of the delete marker that the call met; `null` for that of a bucket with suspended versioning. */
  declare readonly deleteMarker?: string;
  /** Whether the same call may succeed if it is repeated later. */
  readonly retryable: boolean;

  constructor(init: StorageErrorInit) {
    super(formatMessage(init), init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.retryable = init.retryable ?? retryableCodes.has(init.code);
    const status = init.status ?? (init.code in statusOf ? statusOf[init.code as StorageErrorCode] : undefined);
    if (status !== undefined) this.status = status;
    if (init.operation !== undefined) this.operation = init.operation;
    if (init.bucket !== undefined) this.bucket = init.bucket;
    if (init.key !== undefined) this.key = init.key;
    if (init.requestId !== undefined) this.requestId = init.requestId;
    if (init.serverCode !== undefined) this.serverCode = init.serverCode;
    if (init.deleteMarker !== undefined) this.deleteMarker = init.deleteMarker;
    Object.defineProperty(this, detail, { value: init.message });
    Object.defineProperty(this, brand, { value: true });
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'StorageError', configurable: true, writable: true });
  }
}

/**
 * Returns whether a value is a {@link StorageError}, including one created by another copy of this package.
 *
 * @param code matches only errors with this code.
 * @defaultValue `code`: any code
 */
export function isStorageError(value: unknown, code?: StorageErrorCode | (string & {})): value is StorageError {
  // Not `instanceof Error`: test runners such as Jest run code in a realm with an `Error` of its own.
  return (
    typeof value === 'object' && value !== null && brand in value && (code === undefined || (value as { code?: unknown }).code === code)
  );
}

/** The call that failed. */
export interface ErrorContext {
  readonly operation: string;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
}

/** Returns a copy of the error with the operation, bucket and key of the call, unless the error already has an operation. */
export function withContext(error: StorageError, context: ErrorContext): StorageError {
  if (error.operation !== undefined) return error;
  const bucket = error.bucket ?? context.bucket;
  const result = new StorageError({
    code: error.code,
    message: messageOf(error),
    operation: context.operation,
    bucket,
    // An error about another bucket, such as the source of a copy, does not refer to the key of the call.
    key: error.key ?? (bucket === context.bucket ? context.key : undefined),
    status: error.status,
    retryable: error.retryable,
    requestId: error.requestId,
    serverCode: error.serverCode,
    deleteMarker: error.deleteMarker,
    cause: error.cause,
  });
  if (error.stack !== undefined) result.stack = error.stack.replace(error.message, () => result.message);
  return result;
}

/** Returns the message of an error without operation, bucket, key and code, for a new error with another context. */
export function messageOf(error: StorageError): string {
  return (error as { [detail]?: string })[detail] ?? error.message;
}

function formatMessage({ code, message, operation, bucket, key }: StorageErrorInit): string {
  const target = bucket === undefined ? undefined : key === undefined ? bucket : `${bucket}/${key}`;
  const prefix = [operation, target === undefined ? undefined : quote(target)].filter((part) => part !== undefined).join(' ');
  return `${prefix === '' ? '' : `${prefix}: `}${message} (${code})`;
}

/** Quotes caller input for an error message: on one line, cut to about 100 characters. */
export function quote(text: string): string {
  if (text.length <= maxQuotedLength) return JSON.stringify(text);
  return `${JSON.stringify(text.slice(0, maxQuotedLength))}... (${text.length} characters)`;
}

/** Cuts text that needs no quotes, such as a number or the name of a class. @param maxLength in UTF-16 code units. */
export function cut(text: string, maxLength = maxQuotedLength): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}... (${text.length} characters)`;
}

/** Describes an invalid argument for an error message: a primitive by its value, anything else by its type. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return cut(String(value));
  if (Array.isArray(value)) return 'an array';
  const { constructor } = value;
  // By name, because a plain object of another realm has another constructor.
  const className: unknown = typeof constructor === 'function' ? constructor.name : '';
  return typeof className === 'string' && className !== '' && className !== 'Object' ? `an instance of ${cut(className)}` : 'an object';
}

/** Creates an `InvalidArgument` error. */
export function invalidArgument(message: string): StorageError {
  return new StorageError({ code: 'InvalidArgument', message });
}

/** A key that could not be deleted by a {@link Bucket.delete} of several keys. */
export interface DeleteFailure {
  readonly key: string;
  /** Present if a version was to be deleted. */
  readonly versionId?: string | undefined;
  readonly error: StorageError;
}

/**
 * The error of a {@link Bucket.delete} of several keys, some of which could not be deleted. All keys were attempted. `code`, `status` and
 * `cause` are those of the first failure.
 */
export class BatchDeleteError extends StorageError {
  /** The deleted keys, in the order given. Includes keys that did not exist. */
  readonly deleted: readonly string[];
  /** The keys that could not be deleted, each with its error. */
  readonly failures: readonly DeleteFailure[];

  constructor(bucket: string, deleted: readonly string[], failures: readonly [DeleteFailure, ...DeleteFailure[]]) {
    const [{ key, error }] = failures;
    super({
      code: error.code,
      message: `${failures.length} of ${deleted.length + failures.length} keys could not be deleted, the first is ${quote(key)}`,
      operation: 'delete',
      bucket,
      status: error.status,
      retryable: failures.every((failure) => failure.error.retryable),
      cause: error,
    });
    this.deleted = deleted;
    this.failures = failures;
  }
}
