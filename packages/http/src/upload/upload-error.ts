/** The HTTP status of each code of an {@link UploadError}. */
const statusOf = {
  BodyAlreadyRead: 500,
  ClientDisconnected: 400,
  DuplicateKey: 400,
  FileTooLarge: 413,
  FieldsTooLarge: 413,
  InvalidFileName: 400,
  MalformedForm: 400,
  TooManyFiles: 413,
  TypeNotAllowed: 415,
} as const;

/** The codes of {@link UploadError}. */
export type UploadErrorCode = keyof typeof statusOf;

const brand = Symbol.for('anybucket.UploadError');

/** The error of an upload that was refused because of the request. Nothing of the request is stored. */
export class UploadError extends Error {
  readonly code: UploadErrorCode;
  /** The HTTP status for the response. */
  readonly status: number;
  /** The name of the form field, if the error is about one file. */
  declare readonly field?: string;

  /** @internal */
  constructor(code: UploadErrorCode, message: string, { field, cause }: { field?: string | undefined; cause?: unknown } = {}) {
    super(`${message} (${code})`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = statusOf[code];
    if (field !== undefined) this.field = field;
    Object.defineProperty(this, brand, { value: true });
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'UploadError', configurable: true, writable: true });
  }
}

/**
 * Returns whether a value is an {@link UploadError}, including one created by another copy of this package.
 *
 * @param code matches only errors with this code.
 * @defaultValue `code`: any code
 */
export function isUploadError(value: unknown, code?: UploadErrorCode): value is UploadError {
  return (
    typeof value === 'object' && value !== null && brand in value && (code === undefined || (value as { code?: unknown }).code === code)
  );
}
