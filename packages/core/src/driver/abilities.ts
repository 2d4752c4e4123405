import type { ObjectVersion, Tags, VersioningState } from '../api/object-info.js';
import type { DriverCall, Versioned } from './calls.js';

/** Reads and replaces object tags. Each method throws `NoSuchBucket` or `NoSuchKey`. */
export interface TagDriver {
  getTags(bucket: string, key: string, call: DriverCall & Versioned): Promise<Record<string, string>>;
  /** Empty tags remove them. */
  setTags(bucket: string, key: string, tags: Tags, call: DriverCall & Versioned): Promise<void>;
}

/** Switches and reads versioning. Each method throws `NoSuchBucket`. */
export interface VersionDriver {
  /** By key in byte order, then newest first. */
  listVersions(bucket: string, call: DriverCall & { readonly prefix: string }): Promise<ObjectVersion[]>;
  setVersioning(bucket: string, state: 'enabled' | 'suspended', call: DriverCall): Promise<void>;
  getVersioning(bucket: string, call: DriverCall): Promise<VersioningState>;
}

/** Options of {@link Presigner.presign}. */
export interface PresignCall extends DriverCall, Versioned {
  /** Seconds, 1 to 604800. */
  readonly expiresIn: number;
  /** For PUT: the content type that the client must send. */
  readonly contentType?: string | undefined;
}

/** Signs URLs. */
export interface Presigner {
  presign(method: 'GET' | 'PUT', bucket: string, key: string, call: PresignCall): Promise<string>;
}
