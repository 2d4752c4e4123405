import type { StoredObject } from '../body/stored-object.js';
import type { Capabilities } from './capabilities.js';
import type { CommonPrefix, ListedObject, ObjectInfo, ObjectSummary, ObjectVersion, Tags, VersioningState } from './object-info.js';
import type {
  CallOptions,
  CopyAllOptions,
  CopyOptions,
  CopyToOptions,
  CreateUploadOptions,
  DeleteAllOptions,
  DeleteOptions,
  FgetOptions,
  FputOptions,
  FlatListOptions,
  GetOptions,
  IterateOptions,
  KeysOptions,
  ListBucketsOptions,
  ListFilenameOptions,
  ListFormat,
  ListOptions,
  ListUploadsOptions,
  ListUploadsPageOptions,
  ListVersionsOptions,
  ListVersionsPageOptions,
  NamedCopyOptions,
  PageOptions,
  PresignOptions,
  PresignPostOptions,
  PutData,
  PutOptions,
  PutRequestOptions,
  StatOptions,
  TagsOptions,
} from './options.js';
import type { BulkResult, CopyResult, DeleteOutcome, DeleteResult, ListPage, ObjectVersionId, PutResult, VersionsPage } from './results.js';
import type { Upload, UploadInfo, UploadsPage } from './uploads.js';

/**
 * An object store: a set of uniquely named buckets, each of which maps keys to objects.
 *
 * The model is that of S3. A bucket is flat: a key such as `2026/cat.txt` is one string, and folders exist only as {@link CommonPrefix}
 * entries of listings. An object consists of a body, headers, user metadata and tags. It is always written as a whole; a reader sees either
 * the previous object or the new one.
 *
 * A `Datastore` manages buckets and returns {@link Bucket} handles, which operate on objects. Obtain one from `connect`,
 * `createDatastore` or the class of a backend, use it for any number of concurrent calls, and {@link close} it at the end. Features that
 * depend on the backend are listed in {@link capabilities}; a call that needs a missing one fails with `NotImplemented`.
 *
 * Every failure is a {@link StorageError} with a stable `code`. Any call may fail with `DatastoreClosed` (after {@link close}),
 * `InvalidArgument` (an argument of the wrong type, or an unknown option), `NotImplemented`, `AccessDenied`, `ConnectionFailed` or
 * `Timeout`. A call whose `signal` is aborted rejects with the signal's reason.
 *
 * @example
 * const store = await createDatastore('memory:');
 * await store.createBucket('photos');
 * await store.bucket('photos').put('2026/cat.txt', 'meow');
 */
export interface Datastore extends AsyncDisposable {
  /** The name from the configuration, or the name passed to the constructor. */
  readonly name: string;
  /** The name of the backend: `memory`, `fs`, `minio`, or that of a third-party backend. */
  readonly backend: string;
  /**
   * The features of this backend that other backends may lack. The S3 backend without the option `server` updates them with the first
   * responses of its server.
   */
  readonly capabilities: Capabilities;

  /**
   * Lists the names of all buckets, ordered by their UTF-8 bytes. S3: ListBuckets.
   *
   * @param returnType `'array'` returns an array, `'str'` a comma-separated string.
   * @defaultValue `returnType`: `'array'`
   */
  list(returnType: 'str', options?: CallOptions): Promise<string>;
  list(options: ListBucketsOptions & { readonly returnType: 'str' }): Promise<string>;
  list(returnType?: 'array', options?: CallOptions): Promise<string[]>;
  list(options?: ListBucketsOptions & { readonly returnType?: 'array' | undefined }): Promise<string[]>;
  list(returnType: ListFormat | ListBucketsOptions, options?: CallOptions): Promise<string | string[]>;

  /** Returns handles of all buckets, in the order of {@link list}. S3: ListBuckets. */
  getBuckets(options?: CallOptions): Promise<Bucket[]>;

  /**
   * Returns a handle of an existing bucket. S3: HeadBucket.
   *
   * @throws `InvalidBucketName` if the name is invalid, `NoSuchBucket` if the bucket does not exist.
   */
  getBucket(name: string, options?: CallOptions): Promise<Bucket>;

  /**
   * Returns a handle of a bucket without any I/O. The bucket need not exist yet.
   *
   * @throws `InvalidBucketName` if the name is invalid.
   */
  bucket(name: string): Bucket;

  /**
   * Creates a bucket. S3: CreateBucket.
   *
   * @param name 3 to 63 characters of `a-z`, `0-9`, `.` and `-`, by the naming rules of S3.
   * @returns true if the bucket was created, false if the caller already owns it.
   * @throws `InvalidBucketName` if the name is invalid, `AllAccessDisabled` if it is reserved, `BucketAlreadyExists` if the bucket belongs
   *   to another account.
   */
  createBucket(name: string, options?: CallOptions): Promise<boolean>;

  /**
   * Removes an empty bucket. S3: DeleteBucket.
   *
   * @returns true if the bucket was removed, false if it did not exist.
   * @throws `InvalidBucketName` if the name is invalid, `BucketNotEmpty` if the bucket contains objects or versions.
   */
  removeBucket(name: string, options?: CallOptions): Promise<boolean>;

  /**
   * Returns whether a bucket exists. S3: HeadBucket.
   *
   * @throws `InvalidBucketName` if the name is invalid.
   */
  bucketExists(name: string, options?: CallOptions): Promise<boolean>;

  /**
   * Closes the datastore: rejects new calls with `DatastoreClosed`, waits for running calls, cancels open bodies, and releases all
   * resources. Further calls of `close` return the same result.
   */
  close(): Promise<void>;
}

type Plain = { readonly metadata: false };
type Rich = { readonly metadata?: true | undefined };

/**
 * A stateless handle of one bucket, which reads and writes its objects. Handles need no cleanup, and any number of them may refer to the
 * same bucket.
 *
 * Keys are 1 to 1024 bytes of UTF-8, with at most 255 bytes between two slashes. They must not begin with `/`, nor contain `//`, NUL, or
 * `.` or `..` as a segment. These portable rules hold on every backend; the option `keys: 's3'` of some backends lifts them ({@link KeyRules}).
 *
 * Every call validates its arguments before any I/O. If several failures apply, the first of these is reported: the missing bucket, the
 * failed condition, the invalid body. In addition to the errors of {@link Datastore}, any call may fail with `NoSuchBucket`, and any call
 * with a key with `KeyTooLongError` or `InvalidKey`.
 */
export interface Bucket {
  /** The name of the bucket. */
  readonly name: string;
  /** The datastore that contains the bucket. */
  readonly datastore: Datastore;

  /**
   * Lists objects, ordered by the UTF-8 bytes of their keys. Collects all pages in one array; use {@link iterate} for large buckets.
   * S3: ListObjectsV2.
   *
   * @throws `InvalidArgument` if `delimiter` is combined with `recursive: true`.
   */
  list(options?: FlatListOptions & Rich): Promise<ListedObject[]>;
  list(options: FlatListOptions & Plain): Promise<ObjectSummary[]>;
  list(options: ListOptions & Rich): Promise<(ListedObject | CommonPrefix)[]>;
  list(options: ListOptions): Promise<(ObjectSummary | CommonPrefix)[]>;

  /**
   * Returns the entries of {@link list} as an iterator, which requests a page when the previous one is consumed. S3: ListObjectsV2.
   *
   * @throws `InvalidArgument`, from the first `next()`, if `delimiter` is combined with `recursive: true`.
   */
  iterate(options?: FlatListOptions & Rich & IterateOptions): AsyncIterableIterator<ListedObject>;
  iterate(options: FlatListOptions & Plain & IterateOptions): AsyncIterableIterator<ObjectSummary>;
  iterate(options: ListOptions & Rich & IterateOptions): AsyncIterableIterator<ListedObject | CommonPrefix>;
  iterate(options: ListOptions & IterateOptions): AsyncIterableIterator<ObjectSummary | CommonPrefix>;

  /**
   * Returns one page of {@link list}, and the token of the next page. S3: ListObjectsV2.
   *
   * @throws `InvalidArgument` if `delimiter` is combined with `recursive: true`, or if `token` is not the `nextToken` of a page.
   */
  listPage(options?: FlatListOptions & Rich & PageOptions): Promise<ListPage<ListedObject>>;
  listPage(options: FlatListOptions & Plain & PageOptions): Promise<ListPage<ObjectSummary>>;
  listPage(options: ListOptions & Rich & PageOptions): Promise<ListPage<ListedObject | CommonPrefix>>;
  listPage(options: ListOptions & PageOptions): Promise<ListPage<ObjectSummary | CommonPrefix>>;

  /**
   * Lists keys (and common prefixes) without further attributes, as an array or as one comma-separated string. S3: ListObjectsV2.
   *
   * @throws `InvalidArgument` if `delimiter` is combined with `recursive: true`.
   */
  listFilename(options: ListFilenameOptions & { readonly returnType: 'str' }): Promise<string>;
  listFilename(options?: ListFilenameOptions & { readonly returnType?: 'array' | undefined }): Promise<string[]>;
  listFilename(options: ListFilenameOptions): Promise<string | string[]>;

  /**
   * Opens an object for reading. Resolves when the metadata is available; the body is then read from the result. Read the body to its end,
   * or cancel it, to release the connection or file. S3: GetObject.
   *
   * @throws `NoSuchKey` if the object does not exist, `NoSuchVersion` if the version does not exist, `InvalidRange` if the range is empty or
   *   begins after the last byte, `InvalidArgument` for several ranges, `NotModified` or `PreconditionFailed` if a condition fails.
   */
  get(key: string, options?: GetOptions): Promise<StoredObject>;

  /**
   * Downloads an object to a file. Writes to a temp file in the same folder and renames it, so that a failure leaves an existing file
   * unchanged. Creates missing parent folders. Keeps the mode of an existing file and, as far as permitted, its owner. Follows symbolic
   * links: the link stays, and its target is replaced. S3: GetObject.
   *
   * A file that is a mount point, for example in a container, cannot be replaced. Its content is overwritten instead, which is not atomic.
   *
   * @param filePath absolute, or relative to the working directory.
   * @returns the metadata of the object.
   * @throws the errors of {@link get}; `InvalidArgument` if the path is not a plain file or a folder cannot be created, `AccessDenied` if
   *   the file system denies access, `StorageFull` if the disk is full.
   */
  fget(key: string, filePath: string, options?: FgetOptions): Promise<ObjectInfo>;

  /**
   * Stores an object. The body, headers, metadata and tags become visible in one step, after the body was read to its end; on failure the
   * existing object is unchanged. Streams are closed in either case. S3: PutObject, or a multipart upload above `partSize`.
   *
   * @param length the size of the body in bytes, as the option `size`. May be omitted, for streams as well.
   * @throws `IncompleteBody` if the body does not have the declared length, or if the source fails (its error is the `cause`),
   *   `BodyUsed` if the stream was already read, `InvalidDigest` if `contentMD5` is malformed, `BadDigest` if it or `checksum` does not match the body,
   *   `MetadataTooLarge` if headers or metadata exceed their limits, `InvalidTag` if a tag is invalid, `BadRequest` for more than 10 tags,
   *   `PreconditionFailed` if a condition fails, `NoSuchKey` if `ifMatch` is given and there is no object, `EntityTooLarge` above 5 TiB or
   *   `maxSize`, `InvalidKey` if the key ends in `/` and the body exceeds `partSize`, unless the trait `anyKeys` is true.
   */
  put(key: string, data: PutData, length?: number, options?: PutOptions): Promise<PutResult>;
  put(key: string, data: PutData, options?: PutOptions): Promise<PutResult>;

  /**
   * Uploads a file. The content type is derived from the extension of the file name unless `contentType` is given. S3: PutObject.
   *
   * @param filePath absolute, or relative to the working directory.
   * @throws the errors of {@link put}; `InvalidArgument` if the path is missing or not a plain file, `AccessDenied` if it is not readable.
   */
  fput(key: string, filePath: string, options?: FputOptions): Promise<PutResult>;

  /**
   * Sends an HTTP request and streams the response body into an object. The content type is that of the response unless `contentType` is
   * given. S3: PutObject.
   *
   * @param url an `http:` or `https:` URL. Credentials in the URL are sent as Basic authentication.
   * @param path the key of the object.
   * @throws the errors of {@link put}; `InvalidArgument` if the URL has another scheme, or if `data` is given for GET or HEAD;
   *   `RequestFailed` if there is no response, or if its status (the `status` of the error) is not 2xx.
   */
  putRequest(url: string | URL, path: string, options?: PutRequestOptions): Promise<PutResult>;

  /**
   * Deletes one object, or a list of objects or versions. Deleting a missing key succeeds. In a bucket with versions, the object is hidden by
   * a delete marker, unless a version is given. S3: DeleteObject, DeleteObjects.
   *
   * @throws For one key, `PreconditionFailed` or `NoSuchKey` if `ifMatch` fails. For a list, a {@link BatchDeleteError} with the `deleted`
   *   keys and the `failures` if some keys could not be deleted; all keys are attempted first.
   */
  delete(key: string, options?: DeleteOptions): Promise<DeleteOutcome>;
  delete(keys: readonly (string | ObjectVersionId)[], options?: CallOptions): Promise<DeleteResult>;

  /**
   * Returns the metadata of one object, or of a list of objects in the order of their keys in the list. S3: HeadObject.
   *
   * @returns For a list, `undefined` in place of each missing object.
   * @throws For one key, `NoSuchKey` if the object does not exist, `NoSuchVersion` if the version does not exist.
   */
  stat(key: string, options?: StatOptions): Promise<ObjectInfo>;
  stat(keys: readonly string[], options?: CallOptions): Promise<(ObjectInfo | undefined)[]>;

  /**
   * Copies an object of this bucket on the server, to another bucket of the datastore or within this bucket. Copies headers, metadata and
   * tags unless they are replaced. The ETag of the copy is the MD5 of the whole body. S3: CopyObject.
   *
   * @param newBucket the name of the target bucket.
   * @param objectName the key of the copy.
   * @param objectSource the key of the object to be copied.
   * @throws `NoSuchKey` if the source does not exist, `NoSuchVersion` if the version does not exist, `PreconditionFailed` if a condition on
   *   source or target fails, `InvalidRequest` for a copy onto itself that replaces nothing; for headers, metadata and tags the errors of
   *   {@link put}.
   */
  fcopyTo(newBucket: string, objectName: string, objectSource: string, options?: CopyOptions): Promise<CopyResult>;

  /**
   * As {@link fcopyTo} above, with source and target by name.
   *
   * Beware of the order in the other form: the key of the copy comes first. Swapped arguments compile, and overwrite the source.
   */
  fcopyTo(newBucket: string, options: NamedCopyOptions): Promise<CopyResult>;

  /**
   * Copies an object on the server: {@link fcopyTo} with the source first. S3: CopyObject.
   *
   * @throws the errors of {@link fcopyTo}.
   */
  copy(source: string, target: string, options?: CopyToOptions): Promise<CopyResult>;

  /**
   * Moves an object: copies it on the server, then deletes the source. Not atomic: readers may see both objects, and a failure of the delete
   * leaves both. With the capability `conditionalDelete`, a source that is overwritten meanwhile is copied again; without it, a write between
   * copy and delete is lost. In a bucket with versions, the source is hidden by a delete marker, unless `sourceVersionId` is given.
   * S3: HeadObject, CopyObject, DeleteObject.
   *
   * @throws the errors of {@link fcopyTo}; `InvalidRequest` for a move onto itself, `SlowDown` if the source changes all the time.
   */
  move(source: string, target: string, options?: CopyToOptions): Promise<CopyResult>;

  /**
   * Deletes all objects with a prefix, in batches of 1000. Goes on after a failure of single objects. Objects that are stored meanwhile may
   * remain. In a bucket with versions, the objects are hidden by delete markers. S3: ListObjectsV2, DeleteObjects.
   *
   * @returns counts and failures. Rejects only for failures of whole requests.
   */
  deleteAll(options: DeleteAllOptions): Promise<BulkResult>;

  /**
   * Copies all objects with a prefix on the server. Goes on after a failure of single objects. Overwrites existing objects.
   * S3: ListObjectsV2, CopyObject.
   *
   * @returns counts and failures. Rejects only for failures of whole requests.
   * @throws `InvalidRequest` if `to` and `prefix` begin with each other in the same bucket: copies could overwrite sources, or be copied again.
   */
  copyAll(options: CopyAllOptions): Promise<BulkResult>;

  /** Yields the keys of all objects. Requests a page when the previous one is consumed. S3: ListObjectsV2. */
  keys(options?: KeysOptions): AsyncIterableIterator<string>;

  /** Yields all objects without content type and metadata: {@link iterate} with `metadata: false`. S3: ListObjectsV2. */
  objects(options?: KeysOptions): AsyncIterableIterator<ObjectSummary>;

  /** Returns whether an object exists. S3: HeadObject. */
  exists(key: string, options?: CallOptions): Promise<boolean>;

  /**
   * Returns the tags of an object, `{}` if it has none. Capability `tags`. S3: GetObjectTagging.
   *
   * @throws `NoSuchKey` if the object does not exist.
   */
  tags(key: string, options?: TagsOptions): Promise<Record<string, string>>;

  /**
   * Replaces the tags of an object. Its body, ETag and `lastModified` do not change. Capability `tags`. S3: PutObjectTagging.
   *
   * @throws `NoSuchKey` if the object does not exist, `InvalidTag` if a tag is invalid, `BadRequest` for more than 10 tags.
   */
  setTags(key: string, tags: Tags, options?: TagsOptions): Promise<void>;

  /**
   * Removes all tags of an object. Capability `tags`. S3: DeleteObjectTagging.
   *
   * @throws `NoSuchKey` if the object does not exist.
   */
  removeTags(key: string, options?: TagsOptions): Promise<void>;

  /**
   * Creates a presigned URL, with which any HTTP client may make one kind of request for the object until the URL expires. The object need
   * not exist. Capability `presign`.
   *
   * The client must send all headers that are signed: `contentType` as `Content-Type`, `contentMD5` as `Content-MD5`, each entry of
   * `metadata` as `x-amz-meta-NAME`, and `headers`. Clients that resolve `.` and `..` in URLs, such as browsers and `fetch`, cannot use the
   * URL of a key with such segments: the server rejects the signature.
   */
  presign(key: string, options?: PresignOptions): Promise<string>;

  /**
   * Creates a form with which a browser may upload a file as an object until the form expires. Capability `presign`. S3: POST Object.
   *
   * @returns the URL to which the form must be sent as `multipart/form-data`, and its fields, which must precede the field `file`.
   * @throws `InvalidArgument` unless exactly one of `key` and `prefix` is given, or if `minSize` exceeds `maxSize`.
   */
  presignPost(options: PresignPostOptions): Promise<{ readonly url: string; readonly fields: Record<string, string> }>;

  /**
   * Begins an upload in parts, for bodies that are sent in parallel, by several processes, or resumed after a failure. `put` needs none, at
   * any size. Capability `uploads`. S3: CreateMultipartUpload.
   *
   * @throws `MetadataTooLarge`, `InvalidTag`, `BadRequest` as {@link put}; `InvalidKey` if the key ends in `/`, unless the trait
   *   `anyKeys` is true.
   */
  createUpload(key: string, options?: CreateUploadOptions): Promise<Upload>;

  /**
   * Returns a handle of an upload without any I/O, for example to resume it in another process. Capability `uploads`.
   *
   * @param id the id of the upload, from {@link createUpload} or {@link listUploads}.
   */
  upload(key: string, id: string): Upload;

  /** Lists the open uploads, ordered by key, then by time. Capability `uploads`. S3: ListMultipartUploads. */
  listUploads(options?: ListUploadsOptions): Promise<UploadInfo[]>;

  /** Returns one page of {@link listUploads}. Capability `uploads`. S3: ListMultipartUploads. */
  listUploadsPage(options?: ListUploadsPageOptions): Promise<UploadsPage>;

  /** Lists versions and delete markers, ordered by key, then from newest to oldest. Capability `versioning`. S3: ListObjectVersions. */
  listVersions(options?: ListVersionsOptions): Promise<ObjectVersion[]>;

  /** Returns one page of {@link listVersions}, optionally with common prefixes. Capability `versioning`. S3: ListObjectVersions. */
  listVersionsPage(options?: ListVersionsPageOptions): Promise<VersionsPage>;

  /**
   * Enables or suspends versioning of objects written from now on. Existing versions are kept. Capability `versioning`.
   * S3: PutBucketVersioning.
   */
  setVersioning(state: 'enabled' | 'suspended', options?: CallOptions): Promise<void>;

  /** Returns the versioning state of the bucket. Capability `versioning`. S3: GetBucketVersioning. */
  versioning(options?: CallOptions): Promise<VersioningState>;
}
