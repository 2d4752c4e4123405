/** One page of a listing. */
export interface ListPage<Entry> {
  readonly entries: Entry[];
  /** The token of the next page, valid for any handle of the bucket and in any process. Absent on the last page. */
  readonly nextToken?: string;
}

/** The result of {@link Bucket.put}. */
export interface PutResult {
  /** The ETag of the new object, without quotes. */
  readonly etag: string;
  /** The id of the new version. Present if versioning is enabled. */
  readonly versionId?: string;
}

/** The result of {@link Bucket.delete} for a list of keys. */
export interface DeleteResult {
  /** The deleted keys without duplicates, in the order given. Includes keys that did not exist. */
  readonly deleted: string[];
}

/** The result of {@link Bucket.fcopyTo}. */
export interface CopyResult extends PutResult {
  readonly lastModified: Date;
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
