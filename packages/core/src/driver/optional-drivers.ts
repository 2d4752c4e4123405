import type { CommonPrefix, ObjectVersion, Tags, VersioningState } from '../api/object-info.js';
import type { ChecksumRequest, RangeRequest, UploadChecksum, WriteConditions } from '../api/options.js';
import type { PutResult, VersionMarker } from '../api/results.js';
import type { CompletedPart, UploadedPart, UploadInfo } from '../api/uploads.js';
import type { CopySource, DriverCall, EntryDetails, PutBody, StoredAttributes, Versioned } from './calls.js';

/** The driver of the capability `tags`. Methods throw `NoSuchBucket`, `NoSuchKey` or `NoSuchVersion`. */
export interface TagDriver {
  /** Returns the tags of an object, `{}` if it has none. S3: GetObjectTagging. */
  getTags(bucket: string, key: string, call: DriverCall & Versioned): Promise<Record<string, string>>;
  /** Replaces the tags of an object; `{}` removes them. S3: PutObjectTagging, DeleteObjectTagging. */
  setTags(bucket: string, key: string, tags: Tags, call: DriverCall & Versioned): Promise<void>;
}

/** The driver of the capability `versioning`. Methods throw `NoSuchBucket`. */
export interface VersionDriver {
  /** Returns one page of versions and delete markers, ordered by the UTF-8 bytes of their keys, then from newest to oldest. S3: ListObjectVersions. */
  listVersions(bucket: string, call: ListVersionsCall): Promise<DriverVersionsPage>;
  /** Enables or suspends versioning. S3: PutBucketVersioning. */
  setVersioning(bucket: string, state: 'enabled' | 'suspended', call: DriverCall): Promise<void>;
  /** Returns the versioning state of a bucket. S3: GetBucketVersioning. */
  getVersioning(bucket: string, call: DriverCall): Promise<VersioningState>;
}

/** The parameters of `listVersions`. */
export interface ListVersionsCall extends DriverCall {
  readonly prefix: string;
  /** Groups keys into common prefixes. An empty string disables grouping. */
  readonly delimiter: string;
  /** Lists only entries after this position. */
  readonly after?: VersionMarker | undefined;
  /** Maximum number of entries, 1 to 1000. */
  readonly maxKeys: number;
  /** As in `ListCall`. */
  readonly details?: boolean | undefined;
}

/** A version or delete marker in a {@link DriverVersionsPage}. */
export type DriverVersion = ObjectVersion & {
  /** Only if `ListVersionsCall.details` is true. */
  readonly details?: EntryDetails;
};

/** A page of versions. */
export interface DriverVersionsPage {
  /** At most `maxKeys` entries. */
  readonly entries: (DriverVersion | CommonPrefix)[];
  /** Whether there are entries after the last one. */
  readonly truncated: boolean;
}

/**
 * The driver of the capability `uploads`. Every method must throw `NoSuchBucket`; every method with an upload id but `abortUpload` must throw
 * `NoSuchUpload` if this bucket has no such upload of this key.
 */
export interface UploadDriver {
  /** Begins an upload, and returns its id. S3: CreateMultipartUpload. */
  createUpload(bucket: string, key: string, call: CreateUploadCall): Promise<string>;
  /** Stores a part, replacing one with the same number. S3: UploadPart. */
  putPart(bucket: string, key: string, uploadId: string, partNumber: number, body: PutBody, call: PutPartCall): Promise<UploadedPart>;
  /** Copies an object, or a range of it, into a part. Errors about the source must have its bucket and key. S3: UploadPartCopy. */
  copyPart(
    bucket: string,
    key: string,
    uploadId: string,
    partNumber: number,
    source: CopySource,
    call: CopyPartCall,
  ): Promise<UploadedPart>;
  /** Returns a page of parts, ordered by number. S3: ListParts. */
  listParts(bucket: string, key: string, uploadId: string, call: ListPartsCall): Promise<DriverPartsPage>;
  /**
   * Joins parts to the object in one step. S3: CompleteMultipartUpload.
   *
   * @param parts a non-empty list, ordered by number. ETags are unquoted.
   * @throws `InvalidPart` if a part is missing or has another ETag, `EntityTooSmall` if a part but the last is smaller than 5 MiB,
   *   `PreconditionFailed` or `NoSuchKey` if a condition fails.
   */
  completeUpload(
    bucket: string,
    key: string,
    uploadId: string,
    parts: readonly CompletedPart[],
    call: CompleteUploadCall,
  ): Promise<PutResult>;
  /** Ends an upload without an object, and removes its parts. Succeeds if there is no such upload. S3: AbortMultipartUpload. */
  abortUpload(bucket: string, key: string, uploadId: string, call: DriverCall): Promise<void>;
  /** Returns a page of open uploads, ordered by key, then by time. S3: ListMultipartUploads. */
  listUploads(bucket: string, call: ListUploadsCall): Promise<DriverUploadsPage>;
}

/** The parameters of `createUpload`. */
export interface CreateUploadCall extends DriverCall {
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  readonly checksum?: UploadChecksum | undefined;
}

/** The parameters of `putPart`. */
export interface PutPartCall extends DriverCall {
  /** The expected MD5 of the part in base64, for servers that verify it. {@link PutBody} verifies it in any case. */
  readonly contentMD5?: string | undefined;
  /** The checksum to be stored with the part. */
  readonly checksum?: ChecksumRequest | undefined;
}

/** The parameters of `copyPart`. */
export interface CopyPartCall extends DriverCall {
  /** A range within the source, which must not end after it. If absent, the whole source. */
  readonly range?: RangeRequest | undefined;
}

/** The parameters of `listParts`. */
export interface ListPartsCall extends DriverCall {
  /** Lists only parts with a larger number. */
  readonly after: number;
  /** Maximum number of parts, 1 to 1000. */
  readonly maxParts: number;
}

/** A page of parts. */
export interface DriverPartsPage {
  readonly parts: UploadedPart[];
  /** Whether there are parts after the last one. */
  readonly truncated: boolean;
}

/** The parameters of `completeUpload`. */
export interface CompleteUploadCall extends DriverCall {
  /** At most one condition; ETags are unquoted. Given only if the capability `conditionalPut` is true. */
  readonly conditions?: WriteConditions | undefined;
}

/** The parameters of `listUploads`. */
export interface ListUploadsCall extends DriverCall {
  readonly prefix: string;
  /** Lists only uploads of later keys; with `id`, also those of this key that come after this upload. */
  readonly after?: { readonly key: string; readonly id?: string | undefined } | undefined;
  /** Maximum number of uploads, 1 to 1000. */
  readonly maxUploads: number;
}

/** A page of open uploads. */
export interface DriverUploadsPage {
  readonly uploads: UploadInfo[];
  /** Whether there are uploads after the last one. */
  readonly truncated: boolean;
}

/** The HTTP methods of presigned URLs. */
export type PresignMethod = 'GET' | 'HEAD' | 'PUT' | 'DELETE';

/** The parameters of {@link Presigner.presign}. */
export interface PresignCall extends DriverCall {
  readonly method: PresignMethod;
  /** Lifetime in seconds, 1 to 604800. */
  readonly expiresIn: number;
  /** Headers that the client must send with these values, with lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters of S3, such as `versionId` and `response-content-type`. */
  readonly query: Readonly<Record<string, string>>;
}

/** A condition of a POST policy. */
export type PolicyCondition =
  | Readonly<Record<string, string>>
  | readonly ['starts-with', field: string, prefix: string]
  | readonly ['content-length-range', minBytes: number, maxBytes: number];

/** The parameters of {@link Presigner.presignPost}. */
export interface PresignPostCall extends DriverCall {
  /** Lifetime in seconds, 1 to 604800. */
  readonly expiresIn: number;
  /** The conditions on the form, without those on the bucket and on the fields of the signature. */
  readonly conditions: readonly PolicyCondition[];
  /** The fields of the form, without those of the signature. */
  readonly fields: Readonly<Record<string, string>>;
}

/** The driver of the capability `presign`. */
export interface Presigner {
  /** Returns a presigned URL. Bucket and object need not exist. */
  presign(bucket: string, key: string, call: PresignCall): Promise<string>;
  /** Returns URL and fields of a form that uploads an object. The bucket need not exist. S3: POST Object. */
  presignPost(bucket: string, call: PresignPostCall): Promise<{ readonly url: string; readonly fields: Record<string, string> }>;
}
