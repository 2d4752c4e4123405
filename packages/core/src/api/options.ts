import type { Metadata, ObjectHeaders, Tags } from './object-info.js';

/** What every call takes: a signal whose abort rejects the call with the signal's own reason. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How names come back: one by one, or joined with a comma as the Python connector does it. */
export type ListFormat = 'array' | 'str';

/** Options of {@link Datastore.list}. */
export interface ListBucketsOptions extends CallOptions {
  /** @defaultValue 'array' */
  readonly returnType?: ListFormat | undefined;
}

/** What `put` accepts. Text is stored as UTF-8; of a view only what it shows. */
export type PutData =
  | string
  | ArrayBufferView
  | ArrayBufferLike
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

/** How far a transfer is. */
export interface Progress {
  /** Bytes that have moved. */
  readonly transferred: number;
  /** Bytes in all, where it is known. */
  readonly total?: number;
}

/** Called during a transfer, each time bytes have moved. */
export type ProgressListener = (progress: Progress) => void;

/** Options of {@link Bucket.list}. S3: ListObjectsV2. */
export interface ListOptions extends CallOptions {
  /** Content type and user metadata in each entry. @defaultValue true */
  readonly metadata?: boolean | undefined;
  /** False folds keys at delimiter `/`. @defaultValue true */
  readonly recursive?: boolean | undefined;
  /** Only keys that begin with this string. It is compared, never resolved. @defaultValue '' */
  readonly prefix?: string | undefined;
  /** Only keys after this one; it need not exist. */
  readonly startAfter?: string | undefined;
  /** Folds keys at any string. Not together with `recursive: true`. */
  readonly delimiter?: string | undefined;
  /** At most so many entries in all. */
  readonly limit?: number | undefined;
}

/** Listing options that can give no {@link CommonPrefix}. */
export interface FlatListOptions extends ListOptions {
  readonly recursive?: true | undefined;
  readonly delimiter?: undefined;
}

/** Options of {@link Bucket.iterate}. */
export interface IterateOptions {
  /** Entries a request, 1 to 1000; more is served as 1000. @defaultValue 1000 */
  readonly pageSize?: number | undefined;
}

/** Options of {@link Bucket.listPage}. */
export interface PageOptions extends IterateOptions {
  /** Where to go on: `nextToken` of the page before. */
  readonly token?: string | undefined;
  readonly limit?: undefined;
}

/** Options of {@link Bucket.listFilename}. */
export interface ListFilenameOptions extends Omit<ListOptions, 'metadata'> {
  /** @defaultValue 'array' */
  readonly returnType?: ListFormat | undefined;
  /** Only keys that contain this string. @defaultValue '' */
  readonly contains?: string | undefined;
}

/**
 * What must hold of an object for a call to go on. At most one of the four, or `ifMatch` with `ifUnmodifiedSince`:
 * servers disagree about the others.
 */
export interface ReadConditions {
  /** An ETag with or without quotes, or `*`. Otherwise `PreconditionFailed`. */
  readonly ifMatch?: string | undefined;
  /** An ETag with or without quotes, or `*`. Otherwise `NotModified`. */
  readonly ifNoneMatch?: string | undefined;
  /** Otherwise `NotModified`. */
  readonly ifModifiedSince?: Date | undefined;
  /** Otherwise `PreconditionFailed`. */
  readonly ifUnmodifiedSince?: Date | undefined;
}

/** What must hold of the present object for a write to happen. At most one. */
export interface WriteConditions {
  /** An ETag or `*`: another one is `PreconditionFailed`, no object `NoSuchKey`. */
  readonly ifMatch?: string | undefined;
  /** `*`: only if there is no object; an ETag: only if it is another one. Otherwise `PreconditionFailed`. */
  readonly ifNoneMatch?: string | undefined;
}

/** Bytes `start` to `end` (exclusive; the rest when absent), or the last `suffix` bytes. */
export type RangeRequest = { readonly start: number; readonly end?: number | undefined } | { readonly suffix: number };

/** Headers and query that go to the server as they are, for what S3 has and this library doesn't name. Capability `native`. */
export interface NativeOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

interface NativeCall {
  readonly native?: NativeOptions | undefined;
}

interface VersionedCall {
  /** A version instead of the latest. Capability `versioning`. */
  readonly versionId?: string | undefined;
}

interface Transfer {
  /** Called as bytes move. Exceptions in it fail the call. */
  readonly progress?: ProgressListener | undefined;
}

/** Options of {@link Bucket.get}. S3: GetObject. */
export interface GetOptions extends CallOptions, ReadConditions, VersionedCall, NativeCall {
  readonly range?: RangeRequest | undefined;
}

/** Options of {@link Bucket.fget}. */
export interface FgetOptions extends GetOptions, Transfer {}

/** Options of {@link Bucket.put}. S3: PutObject, or a multipart upload above `partSize`. */
export interface PutOptions extends CallOptions, ObjectHeaders, WriteConditions, Transfer, NativeCall {
  readonly metadata?: Metadata | undefined;
  readonly tags?: Tags | undefined;
  /** The base64 MD5 of the body: another body is `BadDigest`. */
  readonly contentMD5?: string | undefined;
  /** Bytes a part, 5 MiB to 5 GiB; grows when a declared length needs more than 10,000 parts. It decides the ETag. @defaultValue 16 MiB */
  readonly partSize?: number | undefined;
  /** Parts in flight at once, where the backend uploads parts. @defaultValue 4 */
  readonly concurrency?: number | undefined;
}

/** What a form or an HTTP request may carry in {@link Bucket.putRequest}. */
export type RequestData =
  | string
  | Uint8Array
  | ArrayBuffer
  | Blob
  | URLSearchParams
  | FormData
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Readonly<Record<string, string | number | boolean>>
  | readonly (readonly [string, string | number | boolean])[];

/** Options of {@link Bucket.putRequest}. */
export interface PutRequestOptions extends PutOptions {
  /** The request's body. A plain object or a list of pairs is form-encoded. */
  readonly data?: RequestData | undefined;
  /** @defaultValue GET, or POST with `data` */
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Options of {@link Bucket.delete} for one key. S3: DeleteObject. */
export interface DeleteOptions extends CallOptions, VersionedCall {
  /** Capability `conditionalDelete`. */
  readonly ifMatch?: string | undefined;
}

/** Options of {@link Bucket.stat} for one key. S3: HeadObject. */
export interface StatOptions extends CallOptions, VersionedCall, NativeCall {}

/** Options of {@link Bucket.fcopyTo}. S3: CopyObject. */
export interface CopyOptions extends CallOptions, ObjectHeaders, WriteConditions, NativeCall {
  /** Replaces the metadata. As in S3, giving any header or metadata replaces them all: what is not given is dropped. */
  readonly metadata?: Metadata | undefined;
  /** Replaces the tags; without it they go along. */
  readonly tags?: Tags | undefined;
  readonly sourceVersionId?: string | undefined;
  readonly sourceIfMatch?: string | undefined;
  readonly sourceIfNoneMatch?: string | undefined;
  readonly sourceIfModifiedSince?: Date | undefined;
  readonly sourceIfUnmodifiedSince?: Date | undefined;
}

/** Options of {@link Bucket.tags}, `setTags` and `removeTags`. */
export interface TagsOptions extends CallOptions, VersionedCall {}

/** Options of {@link Bucket.presign}. */
export interface PresignOptions extends CallOptions, VersionedCall {
  /** Seconds, 1 to 604800 (7 days). @defaultValue 3600 */
  readonly expiresIn?: number | undefined;
  /** For PUT: the type that the client must send. */
  readonly contentType?: string | undefined;
}

/** Options of {@link Bucket.listVersions}. S3: ListObjectVersions. */
export interface ListVersionsOptions extends CallOptions {
  readonly prefix?: string | undefined;
}
