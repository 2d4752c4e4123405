import type { StorageError } from './errors.js';
import type { Checksum, CommonPrefix, ObjectVersion } from './object-info.js';

/** One page of a listing. */
export interface ListPage<Entry> {
  readonly entries: Entry[];
  /** The token of the next page, valid for any handle of the bucket and in any process. Absent on the last page. */
  readonly nextToken?: string;
}

/** One page of {@link Bucket.listVersionsPage}. */
export interface VersionsPage {
  readonly entries: (ObjectVersion | CommonPrefix)[];
  /** The position after the last entry. Absent on the last page. */
  readonly next?: VersionMarker;
}

/** A position in a listing of versions: after all versions of a key, or after one of them. */
export interface VersionMarker {
  readonly key: string;
  /** Absent after a common prefix, or after all versions of the key. */
  readonly versionId?: string | undefined;
}

/** The result of {@link Bucket.put}. */
export interface PutResult {
  /** The ETag of the new object, without quotes. */
  readonly etag: string;
  /** The id of the new version. Present if versioning is enabled. */
  readonly versionId?: string;
  /** The checksum of the new object. Present if one was requested. */
  readonly checksum?: Checksum;
}

/** What a delete removed or created. Empty if versioning was never enabled. */
export interface DeleteOutcome {
  /** The id of the deleted version, or of the delete marker that hides the object from now on. */
  readonly versionId?: string;
  /** Whether `versionId` is that of a delete marker, be it created or deleted. */
  readonly isDeleteMarker?: boolean;
}

/** The result of {@link Bucket.delete} for a list of keys. */
export interface DeleteResult {
  /** The deleted keys without duplicates, in the order given. Includes keys that did not exist. */
  readonly deleted: string[];
  /**
   * The outcome of each deleted key or version, in the order given. Present if versioning is, or was, enabled. For a given version,
   * `isDeleteMarker` is absent: servers do not tell.
   */
  readonly outcomes?: (ObjectVersionId & DeleteOutcome)[];
}

/** An object, or one version of it. */
export interface ObjectVersionId {
  readonly key: string;
  /** Absent for the latest version. */
  readonly versionId?: string | undefined;
}

/** The result of {@link Bucket.fcopyTo}. */
export interface CopyResult extends PutResult {
  readonly lastModified: Date;
}

/** An object that a call on many objects could not process. */
export interface BulkFailure {
  readonly key: string;
  readonly error: StorageError;
}

/** The result of {@link Bucket.deleteAll}, {@link Bucket.copyAll} and `transfer`. */
export interface BulkResult {
  /** Number of deleted or copied objects. */
  readonly done: number;
  /** Number of objects that were left out: filtered, equal to the target, or deleted meanwhile. */
  readonly skipped: number;
  /** Number of failures. The other objects were processed all the same. */
  readonly failed: number;
  /** Size of the copied objects in bytes; 0 for deletions. */
  readonly bytes: number;
  /** The first 1000 failures. */
  readonly failures: readonly BulkFailure[];
  /** All objects up to this key were processed. Absent if there were none. */
  readonly lastKey?: string;
}

/** A byte range resolved against the size of an object. */
export interface ResolvedRange {
  /** Offset of the first byte. */
  readonly start: number;
  /** Offset after the last byte. */
  readonly end: number;
  /** Size of the whole object in bytes. */
  readonly size: number;
}
