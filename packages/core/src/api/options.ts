import type { Checksum, ChecksumAlgorithm, ListedObject, Metadata, ObjectHeaders, Tags } from './object-info.js';
import type { VersionMarker } from './results.js';

/** Options of every call. */
export interface CallOptions {
  /** Cancels the call, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The format of a list of names: an array, or one comma-separated string as in the Python connector. */
export type ListFormat = 'array' | 'str';

/** Options of {@link Datastore.list}. */
export interface ListBucketsOptions extends CallOptions {
  /** @defaultValue 'array' */
  readonly returnType?: ListFormat | undefined;
}

/**
 * The body of a `put`. Strings are stored as UTF-8; of a view, only the bytes within the view.
 *
 * Bytes are copied before `put` returns its promise, so they may be changed immediately. To store large bytes without a copy, pass a `Blob`,
 * or an array with the bytes as its only chunk. A `Blob` or `File` brings its type, a `StoredObject` its headers and metadata, unless they
 * are given as options. Streams and iterators can be passed to one `put` only, and must not be read elsewhere.
 */
export type PutData =
  | string
  | ArrayBufferView
  | ArrayBufferLike
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

/** The progress of a transfer. */
export interface Progress {
  /** Bytes transferred so far. */
  readonly transferred: number;
  /** Total size in bytes. Absent if it is unknown. */
  readonly total?: number;
}

/** Called repeatedly during a transfer. The transfer waits for the promise of an asynchronous listener. */
export type ProgressListener = (progress: Progress) => unknown;

/** Options of {@link Bucket.list}. */
export interface ListOptions extends CallOptions {
  /** Whether entries include the content type and the user metadata. @defaultValue true */
  readonly metadata?: boolean | undefined;
  /** Whether to list the keys below common prefixes. `false` is short for `delimiter: '/'`. @defaultValue true */
  readonly recursive?: boolean | undefined;
  /** Lists only keys that begin with this string. It is compared as text and need not end in `/`. @defaultValue '' */
  readonly prefix?: string | undefined;
  /** Lists only keys after this key, which need not exist. */
  readonly startAfter?: string | undefined;
  /** Groups keys into common prefixes at this string. Must not be combined with `recursive: true`. */
  readonly delimiter?: string | undefined;
  /** Maximum number of entries in total. @defaultValue no limit */
  readonly limit?: number | undefined;
}

/** Options of a listing without common prefixes. */
export interface FlatListOptions extends ListOptions {
  readonly recursive?: true | undefined;
  readonly delimiter?: undefined;
}

/** Options of {@link Bucket.iterate}. */
export interface IterateOptions {
  /** Maximum number of entries per request, from 1. Values above 1000 are treated as 1000. @defaultValue 1000 */
  readonly pageSize?: number | undefined;
}

/** Options of {@link Bucket.listPage}. */
export interface PageOptions extends IterateOptions {
  /** The `nextToken` of the previous page. Takes precedence over `startAfter`. */
  readonly token?: string | undefined;
  readonly limit?: undefined;
}

/** Options of {@link Bucket.listFilename}. */
export interface ListFilenameOptions extends Omit<ListOptions, 'metadata'> {
  /** @defaultValue 'array' */
  readonly returnType?: ListFormat | undefined;
  /** Lists only keys that contain this string. Common prefixes are filtered as well. @defaultValue '' */
  readonly contains?: string | undefined;
}

/**
 * Conditions on the object to be read. At most one may be given, or `ifMatch` together with `ifUnmodifiedSince`: servers disagree about
 * other combinations.
 */
export interface ReadConditions {
  /** The ETag of the object, with or without quotes, or `*`. Fails with `PreconditionFailed` if the ETag differs. */
  readonly ifMatch?: string | undefined;
  /**
   * An ETag with or without quotes, or `*`. Fails with `NotModified` if the object has this ETag. In a `get`, also a list as in the HTTP header
   * (`"a", W/"b"`): fails if the object has any of these ETags. Weak ETags are compared like others, as RFC 9110 requires.
   */
  readonly ifNoneMatch?: string | undefined;
  /** Fails with `NotModified` if the object was not modified after this time. */
  readonly ifModifiedSince?: Date | undefined;
  /** Fails with `PreconditionFailed` if the object was modified after this time. */
  readonly ifUnmodifiedSince?: Date | undefined;
}

/** Conditions on the object to be replaced. At most one may be given. */
export interface WriteConditions {
  /**
   * The ETag of the current object, with or without quotes, or `*` for any. Fails with `PreconditionFailed` if the ETag differs, with
   * `NoSuchKey` if there is no object.
   */
  readonly ifMatch?: string | undefined;
  /**
   * `*` creates the object only if the key is unused; an ETag, with or without quotes, replaces only objects with another ETag. Fails with
   * `PreconditionFailed` otherwise.
   */
  readonly ifNoneMatch?: string | undefined;
}

/**
 * A byte range: from offset `start` up to, but not including, offset `end` (the end of the object if absent); or the last `suffix` bytes.
 */
export type RangeRequest = { readonly start: number; readonly end?: number | undefined } | { readonly suffix: number };

/** Headers and query parameters passed to the server unchanged, for S3 features without an option of their own. Capability `native`. */
export interface NativeOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

interface NativeCall {
  /** Capability `native`. */
  readonly native?: NativeOptions | undefined;
}

interface VersionedCall {
  /** The version to use instead of the latest one. Capability `versioning`. */
  readonly versionId?: string | undefined;
}

interface Transfer {
  /**
   * Called after each transferred chunk, the last time before the object or file is stored. An exception thrown by the listener, or the
   * rejection of its promise, fails the call, and nothing is stored.
   */
  readonly progress?: ProgressListener | undefined;
}

/** Options of {@link Bucket.get}. */
export interface GetOptions extends CallOptions, ReadConditions, VersionedCall, NativeCall {
  /**
   * Reads a part of the body: an object, or an HTTP `Range` header with one range, such as `bytes=0-499`, `bytes=500-` or `bytes=-500`. A
   * header with several ranges, or one that is malformed, is `InvalidArgument`; HTTP allows a server to ignore both, and to send the whole
   * body.
   * @defaultValue the whole body
   */
  readonly range?: RangeRequest | string | undefined;
  /**
   * Reads the range only if the object still is the one that the caller has a part of, and the whole body otherwise: an ETag with or without
   * quotes, or the time of the last write as a `Date` or as in the HTTP header `If-Range`. Weak ETags never match. Requires `range`.
   */
  readonly ifRange?: string | Date | undefined;
  /** Reads one part of an object that was uploaded in parts, from 1. Other objects have one part. Excludes `range`. */
  readonly partNumber?: number | undefined;
}

/** A checksum that is computed while the body is read, and stored with the object. */
export interface ChecksumRequest {
  readonly algorithm: ChecksumAlgorithm;
  /** The expected checksum of the body in base64. Fails with `BadDigest` if the body has another one. @defaultValue not verified */
  readonly value?: string | undefined;
}

/** Options of {@link Bucket.fget}. */
export interface FgetOptions extends GetOptions, Transfer {
  /**
   * Sets the modification time of the file to the one that `fput` kept in the metadata `mtime`, or else to the time of the last write of the
   * object. @defaultValue false
   */
  readonly preserveTimes?: boolean | undefined;
}

/** Options of {@link Bucket.put}. */
export interface PutOptions extends CallOptions, ObjectHeaders, WriteConditions, Transfer, NativeCall {
  /** The content type, or `auto` for that of the extension of the key. @defaultValue 'binary/octet-stream' */
  readonly contentType?: string | undefined;
  /**
   * The size of the body in bytes, as the parameter `length` of `put`. May be omitted, for streams as well. Fails with `IncompleteBody` if the
   * body has another size.
   */
  readonly size?: number | undefined;
  /**
   * Maximum size of the body in bytes. Fails with `EntityTooLarge`, and stores nothing, if the body is larger: before it is read if its size
   * is known, otherwise as soon as it exceeds the maximum. @defaultValue 5 TiB
   */
  readonly maxSize?: number | undefined;
  /** @defaultValue no metadata */
  readonly metadata?: Metadata | undefined;
  /** Capability `tags`. @defaultValue no tags */
  readonly tags?: Tags | undefined;
  /** The expected MD5 of the body in base64. Fails with `BadDigest` if the body has another MD5. */
  readonly contentMD5?: string | undefined;
  /**
   * Bytes per part, 5 MiB to 5 GiB. Determines the ETag of larger bodies on every backend. Raised automatically if a body of known length
   * would need more than 10,000 parts.
   * @defaultValue 16 MiB
   */
  readonly partSize?: number | undefined;
  /**
   * Computes a checksum while the body is read, and stores it with the object ({@link ObjectInfo.checksum}). Of a body larger than `partSize`,
   * SHA1 and SHA256 are stored as `composite` checksums, the only ones of S3; CRCs are always those of the body. Capability `checksums`.
   * @defaultValue no checksum
   */
  readonly checksum?: ChecksumRequest | undefined;
  /** Maximum number of parts uploaded in parallel, 1 to 64. Backends that do not upload parts ignore it. @defaultValue 3 */
  readonly concurrency?: number | undefined;
}

/** Options of {@link Bucket.fput}. */
export interface FputOptions extends PutOptions {
  /**
   * Keeps the modification time of the file in the metadata `mtime`, unless that is given: in seconds since 1970 with up to nine decimals, the
   * format of rclone. `fget` with this option restores it. @defaultValue false
   */
  readonly preserveTimes?: boolean | undefined;
}

/** The request body of {@link Bucket.putRequest}. */
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
  /** The request body. A plain object or a list of pairs is sent as a URL-encoded form. @defaultValue no body */
  readonly data?: RequestData | undefined;
  /** The HTTP method. @defaultValue 'GET', or 'POST' if `data` is given */
  readonly method?: string | undefined;
  /** The request headers. Requests that follow a redirect to another origin are sent without them. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Sends the request with this function. `fetch` of Node accepts a truncated gzip body; the default does not.
   * @defaultValue an HTTP/1.1 client on `node:http` and `node:https`
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Maximum size of the object in bytes, after decoding. Fails with `EntityTooLarge` if the response body is larger.
   * @defaultValue 5 TiB; 1 GiB if the response has a `Content-Encoding`, because a small response may decode to a huge one
   */
  readonly maxSize?: number | undefined;
  /** Maximum number of redirects. Fails with `RequestFailed` if there are more. @defaultValue 20 */
  readonly maxRedirects?: number | undefined;
}

/** Options of {@link Bucket.delete} for one key. */
export interface DeleteOptions extends CallOptions, VersionedCall {
  /**
   * The ETag of the object, with or without quotes, or `*` for any. Fails with `PreconditionFailed` if the ETag differs, with `NoSuchKey` if
   * there is no object. Capability `conditionalDelete`.
   */
  readonly ifMatch?: string | undefined;
}

/** Options of {@link Bucket.stat} for one key. */
export interface StatOptions extends CallOptions, VersionedCall, NativeCall {}

/** The version of the source of a copy, and conditions on it. */
export interface SourceConditions {
  /** The version to copy instead of the latest one. Capability `versioning`. */
  readonly sourceVersionId?: string | undefined;
  /** As {@link ReadConditions.ifMatch}. A failed condition on the source is always `PreconditionFailed`, as in S3. */
  readonly sourceIfMatch?: string | undefined;
  /** As {@link ReadConditions.ifNoneMatch}, but fails with `PreconditionFailed`. */
  readonly sourceIfNoneMatch?: string | undefined;
  /** As {@link ReadConditions.ifModifiedSince}, but fails with `PreconditionFailed`. */
  readonly sourceIfModifiedSince?: Date | undefined;
  /** As {@link ReadConditions.ifUnmodifiedSince}. */
  readonly sourceIfUnmodifiedSince?: Date | undefined;
}

/**
 * Options of {@link Bucket.fcopyTo}. Without headers and metadata, the copy keeps those of the source. As in S3, giving any header or any
 * metadata replaces all headers and all metadata.
 */
export interface CopyOptions extends CallOptions, ObjectHeaders, WriteConditions, SourceConditions, NativeCall {
  /** The content type, or `auto` for that of the extension of the new key. @defaultValue that of the source */
  readonly contentType?: string | undefined;
  /** @defaultValue the metadata of the source */
  readonly metadata?: Metadata | undefined;
  /** Capability `tags`. @defaultValue the tags of the source */
  readonly tags?: Tags | undefined;
  /**
   * Stores a checksum of the whole body with the copy. S3: `x-amz-checksum-algorithm`. Capability `checksums`; `NotImplemented` on S3 servers for
   * sources larger than 5 GiB.
   *
   * @defaultValue the algorithm of the source
   */
  readonly checksum?: Pick<ChecksumRequest, 'algorithm'> | undefined;
}

/** Options of {@link Bucket.tags}, {@link Bucket.setTags} and {@link Bucket.removeTags}. */
export interface TagsOptions extends CallOptions, VersionedCall {}

/** Response headers of a presigned URL, instead of those that are stored with the object. */
export interface ResponseHeaders {
  readonly contentType?: string | undefined;
  /** The header, or the file name under which browsers save the object; any Unicode text. */
  readonly contentDisposition?: string | { readonly type?: 'attachment' | 'inline' | undefined; readonly filename: string } | undefined;
  readonly cacheControl?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly expires?: Date | undefined;
}

/** Options of {@link Bucket.presign}. */
export interface PresignOptions extends CallOptions, VersionedCall {
  /** The HTTP method that the URL allows. @defaultValue 'GET' */
  readonly method?: 'GET' | 'HEAD' | 'PUT' | 'DELETE' | undefined;
  /** Lifetime of the URL in seconds, 1 to 604800 (7 days). @defaultValue 3600 */
  readonly expiresIn?: number | undefined;
  /** Response headers of `GET` and `HEAD`. */
  readonly response?: ResponseHeaders | undefined;
  /** The `Content-Type` header that the client must send. With `PUT` only. */
  readonly contentType?: string | undefined;
  /** The MD5 of the body in base64, which the client must send as `Content-MD5`. With `PUT` only. */
  readonly contentMD5?: string | undefined;
  /** User metadata, which the client must send as `x-amz-meta-` headers (see {@link Bucket.presign}). With `PUT` only. */
  readonly metadata?: Metadata | undefined;
  /** Further headers that the client must send with these values. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Stores a part of an upload instead of an object. With `PUT` only. */
  readonly part?: { readonly uploadId: string; readonly partNumber: number } | undefined;
}

/** Options of {@link Bucket.presignPost}. */
export interface PresignPostOptions extends CallOptions {
  /** The key of the object. Required unless `prefix` is given. */
  readonly key?: string | undefined;
  /** The beginning of the key. The form has `PREFIX${filename}` as its key, which becomes the name of the file; the client may change it. */
  readonly prefix?: string | undefined;
  /** Minimum size of the file in bytes. @defaultValue 0 */
  readonly minSize?: number | undefined;
  /** Maximum size of the file in bytes. @defaultValue 5 GiB */
  readonly maxSize?: number | undefined;
  /** The content type, or the beginning of one that ends in `/`, such as `image/`. @defaultValue no content type */
  readonly contentType?: string | undefined;
  /** @defaultValue no metadata */
  readonly metadata?: Metadata | undefined;
  /** Lifetime of the form in seconds, 1 to 604800 (7 days). @defaultValue 3600 */
  readonly expiresIn?: number | undefined;
}

/** Options of {@link Bucket.listVersions}. */
export interface ListVersionsOptions extends CallOptions {
  /** Lists only keys that begin with this string. @defaultValue '' */
  readonly prefix?: string | undefined;
}

/** Options of {@link Bucket.listVersionsPage}. */
export interface ListVersionsPageOptions extends ListVersionsOptions {
  /** Groups keys into common prefixes at this string. @defaultValue no grouping */
  readonly delimiter?: string | undefined;
  /** Lists only entries after this position: the `next` of the previous page, or any other. */
  readonly after?: VersionMarker | undefined;
  /** Maximum number of entries, from 1. Values above 1000 are treated as 1000. @defaultValue 1000 */
  readonly pageSize?: number | undefined;
}

/** The kind of checksum that the parts of an upload, and its object, have. */
export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /**
   * Whether the checksum of the object is that of its body, or that of the checksums of its parts. SHA1 and SHA256 are always `composite`,
   * CRC64NVME is always `full-object`. @defaultValue `composite` for CRC32 and CRC32C
   */
  readonly type?: Checksum['type'] | undefined;
}

/** Options of {@link Bucket.createUpload}. */
export interface CreateUploadOptions extends CallOptions, ObjectHeaders {
  /** The content type, or `auto` for that of the extension of the key. @defaultValue 'binary/octet-stream' */
  readonly contentType?: string | undefined;
  /** @defaultValue no metadata */
  readonly metadata?: Metadata | undefined;
  /** Capability `tags`. @defaultValue no tags */
  readonly tags?: Tags | undefined;
  /** The algorithm of the checksums of the parts, and of the object. Capability `checksums`. @defaultValue no checksum */
  readonly checksum?: UploadChecksum | undefined;
}

/** Options of {@link Bucket.listUploads}. */
export interface ListUploadsOptions extends CallOptions {
  /** Lists only keys that begin with this string. @defaultValue '' */
  readonly prefix?: string | undefined;
}

/** Options of {@link Bucket.listUploadsPage}. */
export interface ListUploadsPageOptions extends ListUploadsOptions {
  /** Lists only uploads after this one: the `next` of the previous page. Without `id`, after all uploads of the key. */
  readonly after?: { readonly key: string; readonly id?: string | undefined } | undefined;
  /** Maximum number of uploads, from 1. Values above 1000 are treated as 1000. @defaultValue 1000 */
  readonly pageSize?: number | undefined;
}

/** Options of {@link Upload.putPart}. */
export interface PutPartOptions extends CallOptions, Transfer {
  /** The size of the part in bytes. May be omitted, for streams as well. */
  readonly size?: number | undefined;
  /** The expected MD5 of the part in base64. Fails with `BadDigest` if it has another one. */
  readonly contentMD5?: string | undefined;
  /** The checksum of the part, with the algorithm of the upload. Capability `checksums`. */
  readonly checksum?: ChecksumRequest | undefined;
}

/** Options of {@link Upload.copyPart}. */
export interface CopyPartOptions extends CallOptions, SourceConditions {
  /** The bucket of the source. @defaultValue the bucket of the upload */
  readonly bucket?: string | undefined;
  /** A range within the source; it must not end after it. @defaultValue the whole source */
  readonly range?: RangeRequest | undefined;
}

/** Options of {@link Upload.listParts}. */
export interface ListPartsOptions extends CallOptions {}

/** Options of {@link Upload.listPartsPage}. */
export interface ListPartsPageOptions extends ListPartsOptions {
  /** Lists only parts with a larger number. @defaultValue 0 */
  readonly after?: number | undefined;
  /** Maximum number of parts, from 1. Values above 1000 are treated as 1000. @defaultValue 1000 */
  readonly pageSize?: number | undefined;
}

/** Options of {@link Upload.complete}. */
export interface CompleteUploadOptions extends CallOptions, WriteConditions {}

/** Options of {@link Bucket.copy} and {@link Bucket.move}: those of {@link Bucket.fcopyTo}, and the bucket of the target. */
export interface CopyToOptions extends CopyOptions {
  /** The bucket of the target. @defaultValue the bucket of the source */
  readonly bucket?: string | undefined;
}

/** Source and target of {@link Bucket.fcopyTo} by name, which cannot be confused. */
export interface NamedCopyOptions extends CopyOptions {
  /** The key of the object to be copied. */
  readonly source: string;
  /** The key of the copy. */
  readonly target: string;
}

/** The progress of a call on many objects. */
export interface BulkProgress {
  /** Number of deleted or copied objects so far. */
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  /** Size of the copied objects in bytes. */
  readonly bytes: number;
  /** All objects up to this key were processed: the `startAfter` with which a later call goes on. */
  readonly lastKey?: string;
}

interface BulkOptions extends CallOptions {
  /** Processes only keys after this one, for example the `lastKey` of an interrupted call. */
  readonly startAfter?: string | undefined;
  /** Called after each object. An exception thrown by the listener fails the call. */
  readonly progress?: ((progress: BulkProgress) => void) | undefined;
}

/** Options of {@link Bucket.deleteAll}. */
export interface DeleteAllOptions extends BulkOptions {
  /** Deletes only keys that begin with this string. Required, so that no bucket is emptied by mistake; `''` deletes all objects. */
  readonly prefix: string;
}

/** Options of {@link Bucket.copyAll}. */
export interface CopyAllOptions extends BulkOptions {
  /** Copies the keys that begin with this string. */
  readonly prefix: string;
  /** Replaces `prefix` in the keys of the copies. */
  readonly to: string;
  /** The bucket of the copies. @defaultValue this bucket */
  readonly bucket?: string | undefined;
  /** Maximum number of objects copied at a time, 1 to 64. @defaultValue 8 */
  readonly concurrency?: number | undefined;
}

/** Options of `transfer`. */
export interface TransferOptions extends BulkOptions {
  /** Transfers only keys that begin with this string. @defaultValue '' */
  readonly prefix?: string | undefined;
  /** Maximum number of objects transferred at a time, 1 to 64. @defaultValue 8 */
  readonly concurrency?: number | undefined;
  /** Transfers only objects for which this function returns true. @defaultValue all */
  readonly filter?: ((object: ListedObject) => boolean) | undefined;
}

/** Options of {@link Bucket.keys}. */
export interface KeysOptions extends CallOptions {
  /** Lists only keys that begin with this string. @defaultValue '' */
  readonly prefix?: string | undefined;
  /** Lists only keys after this key, which need not exist. */
  readonly startAfter?: string | undefined;
  /** Maximum number of keys in total. @defaultValue no limit */
  readonly limit?: number | undefined;
}
