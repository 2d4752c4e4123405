import type { ObjectVersion, Tags, VersioningState } from '../api/object-info.js';
import type { DriverCall, Versioned } from './calls.js';

/** The driver of the capability `tags`. Methods throw `NoSuchBucket`, `NoSuchKey` or `NoSuchVersion`. */
export interface TagDriver {
  /** Returns the tags of an object, `{}` if it has none. S3: GetObjectTagging. */
  getTags(bucket: string, key: string, call: DriverCall & Versioned): Promise<Record<string, string>>;
  /** Replaces the tags of an object; `{}` removes them. S3: PutObjectTagging, DeleteObjectTagging. */
  setTags(bucket: string, key: string, tags: Tags, call: DriverCall & Versioned): Promise<void>;
}

/** The driver of the capability `versioning`. Methods throw `NoSuchBucket`. */
export interface VersionDriver {
  /** Returns versions and delete markers, ordered by the UTF-8 bytes of their keys, then from newest to oldest. S3: ListObjectVersions. */
  listVersions(bucket: string, call: DriverCall & { readonly prefix: string }): Promise<ObjectVersion[]>;
  /** Enables or suspends versioning. S3: PutBucketVersioning. */
  setVersioning(bucket: string, state: 'enabled' | 'suspended', call: DriverCall): Promise<void>;
  /** Returns the versioning state of a bucket. S3: GetBucketVersioning. */
  getVersioning(bucket: string, call: DriverCall): Promise<VersioningState>;
}

/** The parameters of {@link Presigner.presign}. */
export interface PresignCall extends DriverCall, Versioned {
  /** Lifetime in seconds, 1 to 604800. */
  readonly expiresIn: number;
  /** The `Content-Type` header that the client must send. Given with `PUT` only. */
  readonly contentType?: string | undefined;
}

/** The driver of the capability `presign`. */
export interface Presigner {
  /** Returns a presigned URL. Bucket and object need not exist. */
  presign(method: 'GET' | 'PUT', bucket: string, key: string, call: PresignCall): Promise<string>;
}
