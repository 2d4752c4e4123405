/** One page of a listing. */
export interface ListPage<Entry> {
  readonly entries: Entry[];
  /** Goes on behind this page, from another handle or process too; absent on the last page. */
  readonly nextToken?: string;
}

/** What {@link Bucket.put} gives. */
export interface PutResult {
  readonly etag: string;
  readonly versionId?: string;
}

/** What a batch {@link Bucket.delete} gives. */
export interface DeleteResult {
  /** The keys that are gone, in the order asked; those that never were included. */
  readonly deleted: string[];
}

/** What {@link Bucket.fcopyTo} gives. */
export interface CopyResult extends PutResult {
  readonly lastModified: Date;
}

/** The bytes that a range stands for in an object of a known size. */
export interface ResolvedRange {
  /** First byte. */
  readonly start: number;
  /** Behind the last byte. */
  readonly end: number;
  /** The whole object's size in bytes. */
  readonly size: number;
}
