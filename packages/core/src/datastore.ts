import type { Bucket } from './bucket.js';
import type { Capabilities } from './capabilities.js';

/** What every call takes: a signal whose abort rejects the call with the signal's own reason. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How names come back: one by one, or joined with a comma as the Python connector does it. */
export type ReturnType = 'array' | 'str';

/** Options of {@link Datastore.list}. */
export interface ListBucketsOptions extends CallOptions {
  /** @defaultValue 'array' */
  readonly returnType?: ReturnType | undefined;
}

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
  list(returnType: ReturnType | ListBucketsOptions, options?: CallOptions): Promise<string | string[]>;

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
