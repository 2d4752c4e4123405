import type { StoredObject } from '../body/stored-object.js';
import type { Capabilities } from './capabilities.js';
import type { CommonPrefix, ListedObject, ObjectInfo, ObjectSummary, ObjectVersion, Tags, VersioningState } from './object-info.js';
import type {
  CallOptions,
  CopyOptions,
  DeleteOptions,
  FgetOptions,
  FlatListOptions,
  GetOptions,
  IterateOptions,
  ListBucketsOptions,
  ListFilenameOptions,
  ListFormat,
  ListOptions,
  ListVersionsOptions,
  PageOptions,
  PresignOptions,
  PutData,
  PutOptions,
  PutRequestOptions,
  StatOptions,
  TagsOptions,
} from './options.js';
import type { CopyResult, DeleteResult, ListPage, PutResult } from './results.js';

/**
 * A container of buckets.
 *
 * Errors that every call may raise: `DatastoreClosed` after {@link close}, `InvalidArgument` for an argument of a wrong type or an
 * unknown option, `AccessDenied`, `ConnectionFailed`, `Timeout`; and the reason of an aborted signal, as it is.
 */
export interface Datastore extends AsyncDisposable {
  /** The name in the configuration, or what the constructor was given. */
  readonly name: string;
  /** The backend's name: `memory`, `fs`, `minio`, or a third party's own. */
  readonly backend: string;
  /** What this backend can do, beyond what all do. */
  readonly capabilities: Capabilities;

  /**
   * Lists the names of all buckets, in the order of their UTF-8 bytes. S3: ListBuckets.
   * @param returnType `'array'` (the default), or `'str'` for one string joined with commas.
   */
  list(returnType: 'str', options?: CallOptions): Promise<string>;
  list(options: ListBucketsOptions & { readonly returnType: 'str' }): Promise<string>;
  list(returnType?: 'array', options?: CallOptions): Promise<string[]>;
  list(options?: ListBucketsOptions & { readonly returnType?: 'array' | undefined }): Promise<string[]>;
  list(returnType: ListFormat | ListBucketsOptions, options?: CallOptions): Promise<string | string[]>;

  /** Gives a handle for every bucket, in the order of {@link list}. S3: ListBuckets. */
  getBuckets(options?: CallOptions): Promise<Bucket[]>;

  /**
   * Gives the handle of a bucket that exists. S3: HeadBucket.
   * @throws `InvalidBucketName`, `NoSuchBucket`.
   */
  getBucket(name: string, options?: CallOptions): Promise<Bucket>;

  /**
   * Gives the handle of a bucket without asking whether it exists: no I/O.
   * @throws `InvalidBucketName`.
   */
  bucket(name: string): Bucket;

  /**
   * Makes a bucket. S3: CreateBucket.
   * @param name 3 to 63 of `a-z`, `0-9`, `.` and `-`, by S3's rules.
   * @returns true when it was made, false when it is already ours.
   * @throws `InvalidBucketName`, `AllAccessDisabled` (a name that the server keeps for itself), `BucketAlreadyExists` (someone else's).
   */
  createBucket(name: string, options?: CallOptions): Promise<boolean>;

  /**
   * Removes an empty bucket. S3: DeleteBucket.
   * @returns true when it was removed, false when there was none.
   * @throws `InvalidBucketName`, `BucketNotEmpty` when it holds an object or a version; then nothing is lost.
   */
  removeBucket(name: string, options?: CallOptions): Promise<boolean>;

  /**
   * Tells whether a bucket exists. S3: HeadBucket.
   * @throws `InvalidBucketName`.
   */
  bucketExists(name: string, options?: CallOptions): Promise<boolean>;

  /** Waits for the calls that run, cancels the bodies that are open, and releases everything. A second call does nothing. */
  close(): Promise<void>;
}

type Plain = { readonly metadata: false };
type Rich = { readonly metadata?: true | undefined };

/**
 * The objects of one bucket. A handle: it holds nothing, and any number of them may exist for one bucket.
 *
 * Every call checks its arguments before any I/O, then meets failures in this order: the bucket, the condition, the body.
 * Errors of every call: those of {@link Datastore}, `NoSuchBucket`, and for a bad key `KeyTooLongError` or `InvalidKey`
 * (see the key rules in the README).
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
   *   `InvalidTag`, `BadRequest` (over 10 tags), `PreconditionFailed`, `NoSuchKey` (`ifMatch` without an object), `EntityTooLarge`,
   *   `InvalidKey` (a key that ends in `/` and a body above `partSize`).
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
  tags(key: string, options?: TagsOptions): Promise<Record<string, string>>;

  /** Replaces an object's tags; body, ETag and time stay. Capability `tags`. S3: PutObjectTagging. @throws `NoSuchKey`, `InvalidTag`, `BadRequest`. */
  setTags(key: string, tags: Tags, options?: TagsOptions): Promise<void>;

  /** Removes an object's tags. Capability `tags`. S3: DeleteObjectTagging. @throws `NoSuchKey`. */
  removeTags(key: string, options?: TagsOptions): Promise<void>;

  /** Makes a URL with which a plain HTTP client may read or write the object for a while. Capability `presign`. */
  presign(method: 'GET' | 'PUT', key: string, options?: PresignOptions): Promise<string>;

  /** Lists versions and delete markers, by key, newest first. Capability `versioning`. S3: ListObjectVersions. */
  listVersions(options?: ListVersionsOptions): Promise<ObjectVersion[]>;

  /** Switches versioning on or off for what is written from now on. Capability `versioning`. S3: PutBucketVersioning. */
  setVersioning(state: 'enabled' | 'suspended', options?: CallOptions): Promise<void>;

  /** Tells whether the bucket keeps versions. Capability `versioning`. S3: GetBucketVersioning. */
  versioning(options?: CallOptions): Promise<VersioningState>;
}
