import type { StorageError } from '../api/errors.js';
import type { ObjectInfo } from '../api/object-info.js';
import type { CopyResult, DeleteOutcome, ObjectVersionId, PutResult } from '../api/results.js';
import type {
  CopyCall,
  CopySource,
  DeleteCall,
  DriverCall,
  DriverObject,
  DriverPage,
  GetCall,
  HeadCall,
  ListCall,
  PutBody,
  PutCall,
} from './calls.js';

/**
 * The operations of one bucket. Every method must throw `NoSuchBucket` if the bucket does not exist, before it reports any other failure.
 *
 * If several failures apply, a method must report the first of: `NoSuchBucket`, `NoSuchKey`, the failed condition, the invalid range, the
 * invalid body.
 */
export interface BucketDriver {
  /** Returns the metadata of an object. @throws `NoSuchKey`, `NoSuchVersion`. S3: HeadObject. */
  headObject(key: string, call: HeadCall): Promise<ObjectInfo>;
  /**
   * Opens an object. The body should be a snapshot (trait `snapshotReads`). S3: GetObject.
   *
   * @throws `NoSuchKey`, `NoSuchVersion`; `NotModified` or `PreconditionFailed` if a condition fails; `InvalidRange`.
   */
  getObject(key: string, call: GetCall): Promise<DriverObject>;
  /**
   * Stores an object. Must read the body to its end, then commit body, headers, metadata and tags in one step. Must store nothing if the body
   * throws. S3: PutObject, or a multipart upload.
   *
   * @throws `PreconditionFailed`, or `NoSuchKey` for `ifMatch` without an object. Conditions must be evaluated atomically with the commit,
   *   and should be evaluated before the body is read as well.
   */
  putObject(key: string, body: PutBody, call: PutCall): Promise<PutResult>;
  /**
   * Copies an object into this bucket. Keeps headers, metadata and tags unless `replace` or `tags` is given. S3: CopyObject.
   *
   * If several failures apply, the method must report the first of: the missing bucket of the source, the missing source, the failed
   * condition on the source, the missing target bucket, the failed condition on the target. Errors about the source must have the `bucket`
   * and `key` of the source, as those of `evaluateSourceConditions` do.
   */
  copyObject(key: string, source: CopySource, call: CopyCall): Promise<CopyResult>;
  /**
   * Deletes an object. Succeeds if the object does not exist, unless `ifMatch` is given. In a bucket with versions, creates a delete marker
   * unless a version is given. S3: DeleteObject.
   *
   * @returns `{}` if versioning was never enabled.
   */
  deleteObject(key: string, call: DeleteCall): Promise<DeleteOutcome>;
  /**
   * Deletes up to 1000 distinct objects or versions. Must attempt all of them, and return the outcome or the failure of each, in the order
   * given; must throw only for failures of the whole request. S3: DeleteObjects.
   */
  deleteObjects(targets: readonly ObjectVersionId[], call: DriverCall): Promise<readonly (DeleteOutcome | StorageError)[]>;
  /** Returns one page of entries, ordered by the UTF-8 bytes of their keys. S3: ListObjectsV2. */
  listObjects(call: ListCall): Promise<DriverPage>;
}
