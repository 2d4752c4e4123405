import type { Capabilities } from '../api/capabilities.js';
import type { Presigner, TagDriver, UploadDriver, VersionDriver } from './optional-drivers.js';
import type { BucketDriver } from './bucket-driver.js';
import type { DriverCall } from './calls.js';

/**
 * The capabilities that a driver declares. `tags`, `versioning`, `presign` and `uploads` follow from the presence of the optional drivers of
 * {@link DatastoreDriver}.
 */
export type DriverCapabilities = Omit<Capabilities, 'tags' | 'versioning' | 'presign' | 'uploads'>;

/**
 * The interface of a backend: about a dozen methods, named after the operations of S3.
 *
 * Drivers are called by `PortableDatastore`, which implements `Datastore` and `Bucket` for all backends. It validates and normalises every
 * argument, applies defaults, rejects unsupported options with `NotImplemented`, adds operation, bucket and key to errors, and rethrows the
 * reason of an aborted signal. Drivers therefore need not validate arguments.
 *
 * A driver throws `StorageError` with a `code` and a message. Any other exception is reported as its `cause`, with a code derived from its
 * errno (such as `AccessDenied` for EACCES), or with `InternalError`.
 */
export interface DatastoreDriver {
  /** The name of the backend, such as `memory`, `fs` or `minio`. */
  readonly backend: string;
  /**
   * What the backend supports. A driver that finds this out from its server may change it, and remove an optional driver, until the first
   * calls have completed; it must then reject what the server does not support with `NotImplemented` itself.
   */
  readonly capabilities: DriverCapabilities;
  /** Implements object tags. If present, the capability `tags` is true. */
  readonly tags?: TagDriver | undefined;
  /** Implements versioning. If present, the capability `versioning` is true, and all methods must support `versionId`. */
  readonly versions?: VersionDriver | undefined;
  /** Implements presigned URLs. If present, the capability `presign` is true. */
  readonly presigner?: Presigner | undefined;
  /** Implements uploads in parts. If present, the capability `uploads` is true. */
  readonly uploads?: UploadDriver | undefined;
  /** Returns the names of all buckets, in any order. S3: ListBuckets. */
  listBuckets(call: DriverCall): Promise<string[]>;
  /**
   * Creates a bucket. S3: CreateBucket.
   *
   * @returns true if the bucket was created, false if the caller already owns it.
   * @throws `BucketAlreadyExists` if the bucket belongs to another account.
   */
  createBucket(name: string, call: DriverCall): Promise<boolean>;
  /**
   * Removes an empty bucket. S3: DeleteBucket.
   *
   * @returns true if the bucket was removed, false if it did not exist.
   * @throws `BucketNotEmpty` if the bucket contains objects or versions.
   */
  removeBucket(name: string, call: DriverCall): Promise<boolean>;
  /** Returns whether a bucket exists. S3: HeadBucket. */
  bucketExists(name: string, call: DriverCall): Promise<boolean>;
  /** Returns the driver of a bucket, without I/O. The bucket need not exist. */
  bucket(name: string): BucketDriver;
  /** Releases all resources. Called once, when no call is running and all bodies are released. */
  close(): Promise<void>;
}

/** A function that wraps a driver, for example to add delays, faults, logging, or read-only access. */
export type DriverWrapper = (driver: DatastoreDriver) => DatastoreDriver;
