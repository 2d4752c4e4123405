/**
 * What the implementor of a backend writes: about a dozen primitives, named as in S3.
 *
 * One portable `Datastore` and `Bucket` call a driver. They validate and normalise every argument, reject what the driver does not support
 * with `NotImplemented`, fill in defaults, add operation, bucket and key to errors, and rethrow the reason of an aborted signal.
 * A driver therefore never validates an argument. It throws a `StorageError` with a `code` and a message (`NoSuchKey`, ...); any other
 * exception is reported as `InternalError` (or by its errno) with the exception as `cause`.
 */
import type { Capabilities } from '../api/capabilities.js';
import type { Presigner, TagDriver, VersionDriver } from './abilities.js';
import type { BucketDriver } from './bucket-driver.js';
import type { DriverCall } from './calls.js';

/**
 * The capabilities that a driver declares: the options that its primitives accept, and its traits. The rest of {@link Capabilities} follows
 * from the optional objects of {@link DatastoreDriver}.
 */
export type DriverCapabilities = Omit<Capabilities, 'tags' | 'versioning' | 'presign'>;

/** The primitives of a container of buckets. */
export interface DatastoreDriver {
  /** `memory`, `fs`, `minio`, or the implementor's own name. */
  readonly backend: string;
  readonly capabilities: DriverCapabilities;
  /** Object tags. Present: capability `tags`. */
  readonly tags?: TagDriver | undefined;
  /** Object versions. Present: capability `versioning`, and the primitives accept `versionId`. */
  readonly versions?: VersionDriver | undefined;
  /** Presigned URLs. Present: capability `presign`. */
  readonly presigner?: Presigner | undefined;
  /** Returns the names in any order. */
  listBuckets(call: DriverCall): Promise<string[]>;
  /** Returns true when the bucket was created, false when the caller owned it already. */
  createBucket(name: string, call: DriverCall): Promise<boolean>;
  /** Returns true when the bucket was removed, false when there was none. Throws `BucketNotEmpty`. */
  removeBucket(name: string, call: DriverCall): Promise<boolean>;
  bucketExists(name: string, call: DriverCall): Promise<boolean>;
  /** Returns the primitives of one bucket, without I/O. */
  bucket(name: string): BucketDriver;
  /** Called once, when no call is running and every body is closed. */
  close(): Promise<void>;
}

/** Wraps a driver in another one: delays, faults, logging, read-only access. */
export type DriverWrapper = (driver: DatastoreDriver) => DatastoreDriver;
