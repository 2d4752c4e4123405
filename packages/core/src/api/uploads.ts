import type { Checksum } from './object-info.js';
import type {
  CallOptions,
  CompleteUploadOptions,
  CopyPartOptions,
  ListPartsOptions,
  ListPartsPageOptions,
  PutData,
  PutPartOptions,
} from './options.js';
import type { PutResult } from './results.js';

/** A part of an upload. */
export interface UploadedPart {
  /** The number of the part, 1 to 10000. */
  readonly partNumber: number;
  /** The ETag of the part without quotes: the hex MD5 of its body. */
  readonly etag: string;
  /** Size in bytes. */
  readonly size: number;
  /** Time at which the part was stored, in whole seconds. */
  readonly lastModified: Date;
  /** Present if the upload, or the part, requested one. */
  readonly checksum?: Checksum;
}

/** A part that is to be joined to the object. */
export interface CompletedPart {
  readonly partNumber: number;
  /** With or without quotes. */
  readonly etag: string;
  /** The checksum of the part, as in {@link UploadedPart}. @defaultValue the one that was stored */
  readonly checksum?: Checksum | undefined;
}

/** An open upload. */
export interface UploadInfo {
  readonly key: string;
  readonly id: string;
  /** Time at which the upload began, in whole seconds. */
  readonly initiated: Date;
}

/** One page of {@link Bucket.listUploadsPage}. */
export interface UploadsPage {
  readonly uploads: UploadInfo[];
  /** The position after the last upload. Absent on the last page. */
  readonly next?: { readonly key: string; readonly id: string };
}

/** One page of {@link Upload.listPartsPage}. */
export interface PartsPage {
  readonly parts: UploadedPart[];
  /** The number of the last part. Absent on the last page. */
  readonly next?: number;
}

/**
 * A stateless handle of an upload in parts (S3: multipart upload). Parts may be stored in any order, repeatedly, in parallel, and by several
 * processes. Nothing is visible before {@link complete}; the object then appears in one step. An upload that is neither completed nor
 * aborted occupies space; the file system backend removes it after some days (option `uploadExpiryDays`).
 *
 * All methods but {@link abort} fail with `NoSuchUpload` if the upload was completed or aborted, or never existed.
 */
export interface Upload {
  readonly key: string;
  readonly id: string;

  /**
   * Stores a part, replacing one with the same number. S3: UploadPart.
   *
   * @param partNumber 1 to 10000. The order of the numbers is that of the parts in the object; gaps are allowed.
   * @param data At least 5 MiB in all parts but the last; this is verified at the end.
   * @throws `InvalidArgument` for another number; `EntityTooLarge` above 5 GiB; the errors of {@link Bucket.put} about its body.
   */
  putPart(partNumber: number, data: PutData, options?: PutPartOptions): Promise<UploadedPart>;

  /**
   * Copies an object of the datastore, or a range of it, into a part. S3: UploadPartCopy.
   *
   * @param source the key of the object to be copied, in the bucket of the upload unless `bucket` is given.
   * @throws `NoSuchKey`, `NoSuchVersion`, `PreconditionFailed` for the source; `InvalidArgument` if the range ends after it.
   */
  copyPart(partNumber: number, source: string, options?: CopyPartOptions): Promise<UploadedPart>;

  /** Lists the parts that were stored so far, ordered by number. S3: ListParts. */
  listParts(options?: ListPartsOptions): Promise<UploadedPart[]>;

  /** Returns one page of {@link listParts}. S3: ListParts. */
  listPartsPage(options?: ListPartsPageOptions): Promise<PartsPage>;

  /**
   * Joins parts to the object, which appears in one step. The ETag of the object is the MD5 of the MD5s of the parts, followed by `-` and
   * their number. S3: CompleteMultipartUpload.
   *
   * @param parts the parts to join, ordered by number. @defaultValue all parts
   * @throws `InvalidPart` if a part does not exist or has another ETag, `InvalidPartOrder` if the numbers do not increase,
   *   `EntityTooSmall` if a part but the last is smaller than 5 MiB, `InvalidRequest` if there are no parts; `PreconditionFailed` if a
   *   condition fails, `NoSuchKey` if `ifMatch` is given and there is no object. The upload remains open.
   */
  complete(parts?: readonly CompletedPart[], options?: CompleteUploadOptions): Promise<PutResult>;

  /** Ends the upload without an object, and removes its parts. Succeeds if it ended already. S3: AbortMultipartUpload. */
  abort(options?: CallOptions): Promise<void>;
}
