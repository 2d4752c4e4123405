import { describeErrorCode } from './error-codes.js';
import type { ErrorCode } from './error-codes.js';

/** What an error response contains in addition to its code. */
export interface S3ErrorDetails {
  /** @defaultValue the message of the code */
  readonly message?: string | undefined;
  /** Response headers, as name, value, name, value. */
  readonly headers?: readonly string[] | undefined;
  /** Elements of the error document, by name. */
  readonly elements?: Readonly<Record<string, string>> | undefined;
  /** The bucket that the error is about. @defaultValue that of the request */
  readonly bucket?: string | undefined;
  /** The key that the error is about. @defaultValue that of the request, unless `bucket` is given */
  readonly key?: string | undefined;
  readonly cause?: unknown;
}

/** A request that the server answers with an error response. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: string;
  /** The HTTP status. */
  readonly status: number;
  readonly headers: readonly string[];
  readonly elements: Readonly<Record<string, string>>;
  readonly bucket: string | undefined;
  readonly key: string | undefined;

  constructor(code: ErrorCode, { message, headers = [], elements = {}, bucket, key, cause }: S3ErrorDetails = {}) {
    const description = describeErrorCode(code);
    super(message ?? description?.message ?? code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = description?.status ?? 500;
    this.headers = headers;
    this.elements = elements;
    this.bucket = bucket;
    this.key = key;
  }
}

/** Creates the error of an operation, header or parameter that the server does not support. */
export function notImplemented(feature: string): S3Error {
  return new S3Error('NotImplemented', { message: `${feature} is not implemented` });
}
