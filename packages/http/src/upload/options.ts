import type { PutOptions } from '@anybucket/core';

/** A file as described by the client, before it is stored. All of it is chosen by the client. */
export interface UploadFile {
  /** The name of the form field; empty for a raw body. */
  readonly field: string;
  /** The last segment of the file name, without a path. Absent if the client sent none. */
  readonly filename?: string;
  /** `application/octet-stream` if the client sent none. */
  readonly contentType: string;
  /** The form fields before the file. */
  readonly fields: URLSearchParams;
  /** The number of the file in the request, from 0. */
  readonly index: number;
}

/** A file that was stored. */
export interface StoredUpload extends UploadFile {
  readonly key: string;
  /** Size in bytes. */
  readonly size: number;
  /** The ETag of the object, without quotes. */
  readonly etag: string;
  /** Present if versioning is enabled. */
  readonly versionId?: string;
}

/** The result of `receiveUpload`. */
export interface UploadResult {
  /** In the order of the request. */
  readonly files: readonly StoredUpload[];
  /** The other fields of the form, in their order; empty for a raw body. */
  readonly fields: URLSearchParams;
}

/** Options that `onFile` may return for a file. */
export type UploadPutOptions = Pick<
  PutOptions,
  | 'contentType'
  | 'cacheControl'
  | 'contentDisposition'
  | 'contentEncoding'
  | 'contentLanguage'
  | 'expires'
  | 'metadata'
  | 'tags'
  | 'checksum'
  | 'ifMatch'
  | 'ifNoneMatch'
  | 'partSize'
>;

/** Options of `receiveUpload`. */
export interface UploadOptions {
  /**
   * The key of each file; a string if there is one file only. A key that the client cannot choose, such as one from `randomUUID()`, does not
   * replace another object.
   */
  readonly key: string | ((file: UploadFile) => string | Promise<string>);
  /** Maximum size of each file in bytes. @defaultValue 16 MiB */
  readonly maxFileSize?: number | undefined;
  /** Maximum number of files. @defaultValue 10, or 1 if `key` is a string */
  readonly maxFiles?: number | undefined;
  /** Maximum number of fields that are not files. @defaultValue 100 */
  readonly maxFields?: number | undefined;
  /** Maximum size of all these fields together, in bytes. @defaultValue 256 KiB */
  readonly maxFieldBytes?: number | undefined;
  /** The allowed content types, such as `image/png` or `image/*`. They are those that the client declares. @defaultValue every type */
  readonly types?: readonly string[] | undefined;
  /**
   * Called for each file before it is read. Returns options of the `put`, such as `metadata` or `ifNoneMatch`. An error that it throws refuses
   * the whole request.
   */
  readonly onFile?:
    ((file: UploadFile & { readonly key: string }) => UploadPutOptions | undefined | Promise<UploadPutOptions | undefined>) | undefined;
  /** Cancels the upload. Nothing is stored. */
  readonly signal?: AbortSignal | undefined;
}
