/** The codes that this library raises on every backend. S3's names where S3 has one. */
export const statusOf = {
  AccessDenied: 403,
  AllAccessDisabled: 403,
  BadDigest: 400,
  BadRequest: 400,
  BucketAlreadyExists: 409,
  BucketNotEmpty: 409,
  EntityTooLarge: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidDigest: 400,
  InvalidKey: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidTag: 400,
  KeyTooLongError: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  NotModified: 304,
  PreconditionFailed: 412,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  StorageFull: 507,
  // Ours: what S3 has no code for. No server answered, so there is no status.
  BodyUsed: undefined,
  ConfigError: undefined,
  ConnectionFailed: undefined,
  DatastoreClosed: undefined,
  RequestFailed: undefined,
  Timeout: undefined,
} as const satisfies Record<string, number | undefined>;

/** A code of this library. */
export type StorageErrorCode = keyof typeof statusOf;

/** What a failure is made of; see the fields of {@link StorageError}. */
export interface StorageErrorInit {
  readonly code: StorageErrorCode | (string & {});
  readonly message: string;
  readonly operation?: string | undefined;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  readonly status?: number | undefined;
  readonly retryable?: boolean | undefined;
  readonly requestId?: string | undefined;
  readonly serverCode?: string | undefined;
  readonly cause?: unknown;
}

const retryableCodes = new Set<string>(['ConnectionFailed', 'InternalError', 'SlowDown', 'Timeout']);
const brand = Symbol.for('anybucket.StorageError');
/** The part of the message that says what went wrong, without what was asked. */
const detail = Symbol.for('anybucket.StorageError.detail');

/**
 * The one class of every failure, on every backend. Tell failures apart by `code`, never by message.
 * Across copies of this package use {@link isStorageError} instead of `instanceof`.
 */
export class StorageError extends Error {
  /** A {@link StorageErrorCode}, or a code that a server sent and this library doesn't raise itself. */
  readonly code: StorageErrorCode | (string & {});
  /** The method that failed, for example `put` or `getBucket`. */
  declare readonly operation?: string;
  /** The bucket concerned, where there is one. */
  declare readonly bucket?: string;
  /** The key concerned, where there is one. */
  declare readonly key?: string;
  /** The HTTP status that S3 gives to this failure; none where no request is involved. */
  declare readonly status?: number;
  /** The server's id of the failed request, to look it up in the server's log. */
  declare readonly requestId?: string;
  /** The code that the server sent, where a server answered: for example `XMinioStorageFull` where `code` is `StorageFull`. */
  declare readonly serverCode?: string;
  /** True when the same call may succeed later without a change. */
  readonly retryable: boolean;

  constructor(init: StorageErrorInit) {
    super(describe(init), init.cause === undefined ? undefined : { cause: init.cause });
    this.code = init.code;
    this.retryable = init.retryable ?? retryableCodes.has(init.code);
    const status = init.status ?? (init.code in statusOf ? statusOf[init.code as StorageErrorCode] : undefined);
    if (status !== undefined) this.status = status;
    if (init.operation !== undefined) this.operation = init.operation;
    if (init.bucket !== undefined) this.bucket = init.bucket;
    if (init.key !== undefined) this.key = init.key;
    if (init.requestId !== undefined) this.requestId = init.requestId;
    if (init.serverCode !== undefined) this.serverCode = init.serverCode;
    Object.defineProperty(this, detail, { value: init.message });
    Object.defineProperty(this, brand, { value: true });
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'StorageError', configurable: true, writable: true });
  }
}

/**
 * Tells whether a value is a {@link StorageError}, also one made by another copy of this package.
 * @param code only an error with this code.
 */
export function isStorageError(value: unknown, code?: StorageErrorCode | (string & {})): value is StorageError {
  // Not `instanceof Error`: test runners such as Jest run code in a realm with an `Error` of its own.
  return (
    typeof value === 'object' && value !== null && brand in value && (code === undefined || (value as { code?: unknown }).code === code)
  );
}

/** What the call was about: fills in what the place that failed didn't know. */
export interface ErrorContext {
  readonly operation: string;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
}

/** The same failure with the operation, bucket and key of the call, unless it names its own. */
export function withContext(error: StorageError, context: ErrorContext): StorageError {
  if (error.operation !== undefined) return error;
  const bucket = error.bucket ?? context.bucket;
  const whole = new StorageError({
    code: error.code,
    message: messageOf(error),
    operation: context.operation,
    bucket,
    // The call's key is in the call's bucket: a failure about another one, a copy's source, has nothing to do with it.
    key: error.key ?? (bucket === context.bucket ? context.key : undefined),
    status: error.status,
    retryable: error.retryable,
    requestId: error.requestId,
    serverCode: error.serverCode,
    cause: error.cause,
  });
  if (error.stack !== undefined) whole.stack = error.stack.replace(error.message, () => whole.message);
  return whole;
}

/** The message without what was asked and the code, to build another one on it. */
export function messageOf(error: StorageError): string {
  return (error as { [detail]?: string })[detail] ?? error.message;
}

function describe({ code, message, operation, bucket, key }: StorageErrorInit): string {
  const target = bucket === undefined ? undefined : key === undefined ? bucket : `${bucket}/${key}`;
  const asked = [operation, target === undefined ? undefined : JSON.stringify(target)].filter((part) => part !== undefined);
  return `${asked.length === 0 ? '' : `${asked.join(' ')}: `}${message} (${code})`;
}

/** An argument that no backend takes. */
export function invalidArgument(message: string): StorageError {
  return new StorageError({ code: 'InvalidArgument', message });
}

/** One key that a batch delete could not remove. */
export interface DeleteFailure {
  readonly key: string;
  readonly error: StorageError;
}

/** Some keys of a batch delete could not be removed, after all were tried. Its `code` is the first failure's. */
export class BatchDeleteError extends StorageError {
  /** The keys that are gone, in the order asked. */
  readonly deleted: readonly string[];
  /** The keys that are not, each with its own error. */
  readonly failures: readonly DeleteFailure[];

  constructor(bucket: string, deleted: readonly string[], failures: readonly [DeleteFailure, ...DeleteFailure[]]) {
    const [{ key, error }] = failures;
    super({
      code: error.code,
      message: `${failures.length} of ${deleted.length + failures.length} keys could not be deleted, the first ${JSON.stringify(key)}`,
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
