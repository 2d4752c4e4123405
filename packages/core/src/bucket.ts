import type { StoredObject } from './body/stored-object.js';
import type { PutData } from './body/source.js';
import type { ProgressListener } from './body/progress.js';
import type { CallOptions, Datastore, ReturnType } from './datastore.js';
import type { StorageError } from './errors.js';

/** What a listing without metadata tells of an object. */
export interface ObjectSummary {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. The MD5 of the body in hex up to one part; of a larger body `md5(md5 of each part)-N`. */
  readonly etag: string;
  /** Whole seconds, the precision of an S3 header. */
  readonly lastModified: Date;
  readonly isPrefix?: never;
}

/** Headers that are stored with an object and come back with it. */
export interface ObjectHeaders {
  /** @defaultValue 'binary/octet-stream' */
  readonly contentType?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  /** Whole seconds; a fraction is dropped. */
  readonly expires?: Date | undefined;
}

/** User metadata: lower-case names of `[a-z0-9._-]`, any Unicode text as value. */
export type Metadata = Readonly<Record<string, string>>;

/** Object tags: at most 10. */
export type Tags = Readonly<Record<string, string>>;

/** What a listing with metadata tells of an object. */
export interface ListedObject extends ObjectSummary {
  readonly contentType: string;
  readonly metadata: Metadata;
}

/** All that is known of an object without its body. */
export interface ObjectInfo extends ListedObject {
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly expires?: Date;
  /** The number of tags; absent when there are none. */
  readonly tagCount?: number;
  /** Only where versioning is or was enabled. */
  readonly versionId?: string;
}

/** A folder in a listing: what the keys below it share, up to and with the delimiter. */
export interface CommonPrefix {
  readonly key: string;
  readonly isPrefix: true;
}

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

type Plain = { readonly metadata: false };
type Rich = { readonly metadata?: true | undefined };

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

/** One page of a listing. */
export interface ListPage<Entry> {
  readonly entries: Entry[];
  /** Goes on behind this page, from another handle or process too; absent on the last page. */
  readonly nextToken?: string;
}

/** Options of {@link Bucket.listFilename}. */
export interface ListFilenameOptions extends Omit<ListOptions, 'metadata'> {
  /** @defaultValue 'array' */
  readonly returnType?: ReturnType | undefined;
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

/** What {@link Bucket.put} gives. */
export interface PutResult {
  readonly etag: string;
  readonly versionId?: string;
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

/** What a batch {@link Bucket.delete} gives. */
export interface DeleteResult {
  /** The keys that are gone, in the order asked; those that never were included. */
  readonly deleted: string[];
}

/** One key that a batch delete could not remove. */
export interface DeleteFailure {
  readonly key: string;
  readonly error: StorageError;
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

/** What {@link Bucket.fcopyTo} gives. */
export interface CopyResult extends PutResult {
  readonly lastModified: Date;
}

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

/** One version of an object, or a delete marker (size 0, no ETag). */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
}

/** Whether a bucket keeps versions; `off` when it never did. */
export type VersioningState = 'off' | 'enabled' | 'suspended';

/**
 * The objects of one bucket. A handle: it holds nothing, and any number of them may exist for one bucket.
 *
 * Every call checks its arguments before any I/O, then meets failures in this order: the bucket, the condition, the body.
 * Errors of every call: those of {@link Datastore}, `NoSuchBucket`, and for a bad key `InvalidArgument`, `KeyTooLongError`,
 * `XMinioInvalidObjectName` or `XMinioInvalidResourceName` (see the key rules in the README).
 */
export interface Bucket {
  readonly name: string;
  readonly datastore: Datastore;

  /**
   * Lists objects in the order of their keys' UTF-8 bytes: the whole answer at once. S3: ListObjectsV2.
   * @throws `InvalidArgument` for `delimiter` with `recursive: true`.
   */
  list(options?: FlatListOptions & Rich): Promise<ListedObject[]>;
  list(options: FlatListOptions & Plain): Promise<ObjectSummary[]>;
  list(options: ListOptions & Rich): Promise<(ListedObject | CommonPrefix)[]>;
  list(options: ListOptions): Promise<(ObjectSummary | CommonPrefix)[]>;

  /** The same as {@link list}, as a stream that reads one page ahead at most. */
  iterate(options?: FlatListOptions & Rich & IterateOptions): AsyncIterableIterator<ListedObject>;
  iterate(options: FlatListOptions & Plain & IterateOptions): AsyncIterableIterator<ObjectSummary>;
  iterate(options: ListOptions & Rich & IterateOptions): AsyncIterableIterator<ListedObject | CommonPrefix>;
  iterate(options: ListOptions & IterateOptions): AsyncIterableIterator<ObjectSummary | CommonPrefix>;

  /**
   * One page of {@link list}.
   * @throws `InvalidArgument` for a token that no page gave.
   */
  listPage(options?: FlatListOptions & Rich & PageOptions): Promise<ListPage<ListedObject>>;
  listPage(options: FlatListOptions & Plain & PageOptions): Promise<ListPage<ObjectSummary>>;
  listPage(options: ListOptions & Rich & PageOptions): Promise<ListPage<ListedObject | CommonPrefix>>;
  listPage(options: ListOptions & PageOptions): Promise<ListPage<ObjectSummary | CommonPrefix>>;

  /** Lists whole keys, as an array or joined with commas. */
  listFilename(options: ListFilenameOptions & { readonly returnType: 'str' }): Promise<string>;
  listFilename(options?: ListFilenameOptions & { readonly returnType?: 'array' | undefined }): Promise<string[]>;
  listFilename(options: ListFilenameOptions): Promise<string | string[]>;

  /**
   * Opens an object for reading. Its headers are there when this resolves; the body is read from the result. S3: GetObject.
   * @throws `NoSuchKey`, `InvalidRange` (empty or backward before any I/O; behind the end from the server), `NotModified`, `PreconditionFailed`, `NoSuchVersion`.
   */
  get(key: string, options?: GetOptions): Promise<StoredObject>;

  /**
   * Saves an object as a file: into a temp file beside it, then renamed. Missing parent folders are made. A failure leaves the old file.
   * @throws those of {@link get}; `AccessDenied` or `InvalidArgument` for a path that can't be written.
   */
  fget(key: string, filePath: string, options?: FgetOptions): Promise<ObjectInfo>;

  /**
   * Stores an object, whole or not at all: body, headers, metadata and tags become visible in one step. S3: PutObject.
   * @param length bytes; where it differs from the body's, `IncompleteBody`.
   * @throws `IncompleteBody` (also when the source fails; its error is the `cause`), `BadDigest`, `InvalidDigest`, `MetadataTooLarge`,
   *   `InvalidTag`, `BadRequest` (over 10 tags), `PreconditionFailed`, `NoSuchKey` (`ifMatch` without an object), `EntityTooLarge`.
   */
  put(key: string, data: PutData, length?: number, options?: PutOptions): Promise<PutResult>;
  put(key: string, data: PutData, options?: PutOptions): Promise<PutResult>;

  /**
   * Stores a file. Its content type follows from the file's extension unless given.
   * @throws those of {@link put}; `InvalidArgument` for a missing file or a directory, `AccessDenied`.
   */
  fput(key: string, filePath: string, options?: PutOptions): Promise<PutResult>;

  /**
   * Streams the answer of an HTTP or HTTPS request into an object, with the answer's content type unless given.
   * @throws those of {@link put}; `InvalidArgument` (another scheme, GET with data), `RequestFailed` (not 2xx, with the `status`; or no answer).
   */
  putRequest(url: string | URL, path: string, options?: PutRequestOptions): Promise<PutResult>;

  /**
   * Deletes one object, or many. A missing key is a success. S3: DeleteObject, DeleteObjects.
   * @throws for many: when any key failed, after all were tried, one error with `deleted` and `failures` (see {@link BatchDeleteError}).
   */
  delete(key: string, options?: DeleteOptions): Promise<void>;
  delete(keys: readonly string[], options?: CallOptions): Promise<DeleteResult>;

  /**
   * Tells all about one object, or about many in the order asked. S3: HeadObject.
   * @throws for one: `NoSuchKey`, `NoSuchVersion`; of many a missing one is `undefined`.
   */
  stat(key: string, options?: StatOptions): Promise<ObjectInfo>;
  stat(keys: readonly string[], options?: CallOptions): Promise<(ObjectInfo | undefined)[]>;

  /**
   * Copies an object of this bucket on the server. Type, headers, metadata and tags go along unless replaced. S3: CopyObject.
   * @param newBucket the target bucket's name, in this datastore.
   * @throws `NoSuchKey` (the source), `PreconditionFailed`, `InvalidRequest` (onto itself with nothing replaced), and those of {@link put} for metadata and tags.
   */
  fcopyTo(newBucket: string, objectName: string, objectSource: string, options?: CopyOptions): Promise<CopyResult>;

  /** Tells whether an object exists. S3: HeadObject. @throws `NoSuchBucket`. */
  exists(key: string, options?: CallOptions): Promise<boolean>;

  /** Reads an object's tags; `{}` when it has none. Capability `tags`. S3: GetObjectTagging. @throws `NoSuchKey`. */
  tags(key: string, options?: CallOptions & VersionedCall): Promise<Record<string, string>>;

  /** Replaces an object's tags; body, ETag and time stay. Capability `tags`. S3: PutObjectTagging. @throws `NoSuchKey`, `InvalidTag`, `BadRequest`. */
  setTags(key: string, tags: Tags, options?: CallOptions & VersionedCall): Promise<void>;

  /** Removes an object's tags. Capability `tags`. S3: DeleteObjectTagging. @throws `NoSuchKey`. */
  removeTags(key: string, options?: CallOptions & VersionedCall): Promise<void>;

  /** Makes a URL with which a plain HTTP client may read or write the object for a while. Capability `presign`. */
  presign(method: 'GET' | 'PUT', key: string, options?: PresignOptions): Promise<string>;

  /** Lists versions and delete markers, by key, newest first. Capability `versioning`. S3: ListObjectVersions. */
  listVersions(options?: ListVersionsOptions): Promise<ObjectVersion[]>;

  /** Switches versioning on or off for what is written from now on. Capability `versioning`. S3: PutBucketVersioning. */
  setVersioning(state: 'enabled' | 'suspended', options?: CallOptions): Promise<void>;

  /** Tells whether the bucket keeps versions. Capability `versioning`. S3: GetBucketVersioning. */
  versioning(options?: CallOptions): Promise<VersioningState>;
}
