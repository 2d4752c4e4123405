/** What a listing without metadata tells of an object. */
export interface ObjectSummary {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Without quotes. The MD5 of the body in hex up to one part; of a larger body `md5(md5 of each part)-N`. */
  readonly etag: string;
  /** Whole seconds, the precision of an S3 header. */
  readonly lastModified: Date;
  readonly isPrefix?: never;
}

/** Headers that are stored with an object and come back with it. */
export interface ObjectHeaders {
  /** @defaultValue 'binary/octet-stream' */
  readonly contentType?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  /** Whole seconds; a fraction is dropped. */
  readonly expires?: Date | undefined;
}

/** User metadata: lower-case names of `[a-z0-9._-]`, any Unicode text as value. */
export type Metadata = Readonly<Record<string, string>>;

/** Object tags: at most 10. */
export type Tags = Readonly<Record<string, string>>;

/** What a listing with metadata tells of an object. */
export interface ListedObject extends ObjectSummary {
  readonly contentType: string;
  readonly metadata: Metadata;
}

/** All that is known of an object without its body. */
export interface ObjectInfo extends ListedObject {
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly expires?: Date;
  /** The number of tags; absent when there are none. */
  readonly tagCount?: number;
  /** Only where versioning is or was enabled. */
  readonly versionId?: string;
}

/** A folder in a listing: what the keys below it share, up to and with the delimiter. */
export interface CommonPrefix {
  readonly key: string;
  readonly isPrefix: true;
}

/** One version of an object, or a delete marker (size 0, no ETag). */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
}

/** Whether a bucket keeps versions; `off` when it never did. */
export type VersioningState = 'off' | 'enabled' | 'suspended';
