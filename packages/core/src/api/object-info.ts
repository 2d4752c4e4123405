/** An object as listed without metadata. */
export interface ObjectSummary {
  readonly key: string;
  /** Size in bytes. */
  readonly size: number;
  /**
   * The ETag without quotes: the hex MD5 of the body if the body fits into one part, `md5(MD5s of the parts)-<number of parts>` otherwise.
   * See {@link PutOptions.partSize}.
   */
  readonly etag: string;
  /** Time of the last write in whole seconds, the precision of the `Last-Modified` header. */
  readonly lastModified: Date;
  readonly isPrefix?: never;
}

/** Headers that are stored with an object and returned with it. */
export interface ObjectHeaders {
  /** @defaultValue 'binary/octet-stream' */
  readonly contentType?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  /** Whole seconds; fractions are dropped. */
  readonly expires?: Date | undefined;
}

/**
 * User metadata. Names are case-insensitive and consist of `[a-z0-9._-]`; values may be any Unicode text. At most 2 KiB in total. Names of
 * headers with an option of their own, such as `Content-Type`, and the prefix `x-amz-meta-` are rejected. Returned in the order of the names.
 */
export type Metadata = Readonly<Record<string, string>>;

/** Object tags: at most 10, with keys of 1 to 128 and values of up to 256 characters of `[A-Za-z0-9 +-=._:/@]`. */
export type Tags = Readonly<Record<string, string>>;

/** An object as listed with metadata. */
export interface ListedObject extends ObjectSummary {
  readonly contentType: string;
  readonly metadata: Metadata;
}

/** The algorithms of checksums that S3 stores with an object. */
export type ChecksumAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256';

/** A checksum of an object. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** The checksum in base64. A `composite` one ends in `-` and the number of parts. */
  readonly value: string;
  /** Whether it is the checksum of the body, or that of the checksums of its parts. */
  readonly type: 'full-object' | 'composite';
}

/** The metadata of an object: everything except its body and the values of its tags. */
export interface ObjectInfo extends ListedObject {
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly expires?: Date;
  /** Number of tags. Absent if the object has no tags. */
  readonly tagCount?: number;
  /** Present if versioning is, or was, enabled. */
  readonly versionId?: string;
  /** The checksum that was requested when the object was stored. Absent if there was none, and in a `get` of a range or a part. */
  readonly checksum?: Checksum;
}

/** A group of keys in a listing: the part that they share, up to and including the delimiter. */
export interface CommonPrefix {
  readonly key: string;
  readonly isPrefix: true;
}

/** A version of an object, or a delete marker (size 0, empty ETag). */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  /** Size in bytes. */
  readonly size: number;
  readonly etag: string;
  readonly lastModified: Date;
  readonly isPrefix?: never;
}

/** The versioning state of a bucket; `off` if versioning was never enabled. */
export type VersioningState = 'off' | 'enabled' | 'suspended';
