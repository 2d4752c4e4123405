/**
 * What an implementor writes: about a dozen primitives, named as in S3.
 *
 * The one portable `Datastore` and `Bucket` stand in front of a driver. They check and normalise every argument, refuse what the
 * capabilities don't include, fill in defaults, add operation, bucket and key to errors, and give an aborted signal's reason.
 * A driver therefore never checks an argument. It throws a `StorageError` with a `code` and a message (`NoSuchKey`, ...); any other
 * exception is reported as `InternalError` (or by the system's errno) with the exception as `cause`.
 */
import type { NativeOptions, RangeRequest, ReadConditions, WriteConditions } from './bucket-options.js';
import type { CopyResult, PutResult } from './bucket-results.js';
import type {
  ListedObject,
  CommonPrefix,
  Metadata,
  ObjectHeaders,
  ObjectInfo,
  ObjectSummary,
  ObjectVersion,
  Tags,
  VersioningState,
} from './object-info.js';
import type { Capabilities } from './capabilities.js';
import type { StorageError } from './errors.js';
import type { ResolvedRange } from './semantics/ranges.js';

/** What every primitive takes. A driver stops its I/O when the signal aborts, and may reject with anything then. */
export interface DriverCall {
  readonly signal?: AbortSignal | undefined;
}

/** The primitives of a container of buckets. */
export interface DatastoreDriver {
  /** `memory`, `fs`, `minio`, or the implementor's own name. */
  readonly backend: string;
  readonly capabilities: Capabilities;
  /** Names in any order. */
  listBuckets(call: DriverCall): Promise<string[]>;
  /** True when made, false when it was ours already. */
  createBucket(name: string, call: DriverCall): Promise<boolean>;
  /** True when removed, false when there was none; throws `BucketNotEmpty`. */
  removeBucket(name: string, call: DriverCall): Promise<boolean>;
  bucketExists(name: string, call: DriverCall): Promise<boolean>;
  /** The primitives of one bucket; no I/O. */
  bucket(name: string): BucketDriver;
  /** Called once, when no call runs and every body is closed. */
  close(): Promise<void>;
}

/** The primitives of one bucket. Each throws `NoSuchBucket` before it looks at anything else. */
export interface BucketDriver {
  headObject(key: string, call: HeadCall): Promise<ObjectInfo>;
  getObject(key: string, call: GetCall): Promise<DriverObject>;
  /** Commits body, headers, metadata and tags in one step, and only after the body has ended without throwing. */
  putObject(key: string, body: PutBody, call: PutCall): Promise<PutResult>;
  /**
   * Onto this bucket. Type, headers, metadata and tags go along unless `replace` or `tags` is given. Failures in S3's order: the source's
   * bucket, the source, its condition, then this bucket, its condition. An error about the source names the source's bucket and key, as
   * `evaluateSourceConditions` does.
   */
  copyObject(key: string, source: CopySource, call: CopyCall): Promise<CopyResult>;
  /** A missing key is a success. */
  deleteObject(key: string, call: DeleteCall): Promise<void>;
  /** Tries all; at most 1000 distinct keys. Answers those that failed; throws only what concerns all of them. */
  deleteObjects(keys: readonly string[], call: DriverCall): Promise<readonly { readonly key: string; readonly error: StorageError }[]>;
  /** One page in key order. */
  listObjects(call: ListCall): Promise<DriverPage>;

  /** Capability `tags`. */
  getTags?(key: string, call: DriverCall & Versioned): Promise<Record<string, string>>;
  /** Capability `tags`. Empty tags remove them. */
  setTags?(key: string, tags: Tags, call: DriverCall & Versioned): Promise<void>;
  /** Capability `presign`. */
  presign?(
    method: 'GET' | 'PUT',
    key: string,
    call: DriverCall & Versioned & { readonly expiresIn: number; readonly contentType?: string | undefined },
  ): Promise<string>;
  /** Capability `versioning`. */
  listVersions?(call: DriverCall & { readonly prefix: string }): Promise<ObjectVersion[]>;
  /** Capability `versioning`. */
  setVersioning?(state: 'enabled' | 'suspended', call: DriverCall): Promise<void>;
  /** Capability `versioning`. */
  getVersioning?(call: DriverCall): Promise<VersioningState>;
}

interface Versioned {
  readonly versionId?: string | undefined;
}

interface Native {
  readonly native?: NativeOptions | undefined;
}

export interface HeadCall extends DriverCall, Versioned, Native {}

export interface GetCall extends DriverCall, Versioned, Native {
  /** Well-formed; whether it fits the object is the driver's to say (`resolveRange`). */
  readonly range?: RangeRequest | undefined;
  /** At most one, or the allowed pair; ETags without quotes (`checkReadConditions`). */
  readonly conditions?: ReadConditions | undefined;
}

/** An object that was opened: its info, and its body as it will be read. */
export interface DriverObject {
  /** Of the whole object, whatever the range. */
  readonly info: ObjectInfo;
  /** Present when a range was asked for. */
  readonly range?: ResolvedRange | undefined;
  /** Bytes that are the receiver's own from now on; or a stream of such, for what is large or holds a file or socket open. */
  readonly body: Uint8Array | DriverStream;
}

/** A body that is read once. After its end, a failure, `return()` or `cancel()` it holds nothing. */
export interface DriverStream extends AsyncIterable<Uint8Array> {
  /** Releases what is held, also when nothing was read. May be called at any time, more than once. */
  cancel(): void | Promise<void>;
}

/**
 * The body of a put. Iterating it throws at its end when the length or the MD5 does not match, and where the source fails:
 * a driver that commits after the last chunk is safe from all of them. A source may fill the same buffer anew for each chunk: copy what
 * is kept. `wholeBody` reads one to its end with the care that both take.
 */
export interface PutBody extends AsyncIterable<Uint8Array> {
  /** Bytes, where it is known before reading. */
  readonly size?: number | undefined;
  /** The whole body where it is in memory and already checked. The caller's: copy it before the first await, never keep or alter it. */
  readonly bytes?: Uint8Array | undefined;
}

/** What is stored beside the body. Complete: defaults filled in, names lower-case, values trimmed, limits checked. */
export interface StoredAttributes extends ObjectHeaders {
  readonly contentType: string;
  readonly metadata: Metadata;
}

export interface PutCall extends DriverCall, Native {
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  readonly conditions?: WriteConditions | undefined;
  /** Already grown for a declared size. */
  readonly partSize: number;
  readonly concurrency: number;
  /** The base64 MD5 that the body was declared to have; the body checks it by itself. */
  readonly contentMD5?: string | undefined;
}

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly conditions?: ReadConditions | undefined;
}

export interface CopyCall extends DriverCall, Native {
  /** Given: replaces type, headers and metadata, all of them. */
  readonly replace?: StoredAttributes | undefined;
  /** Given: replaces the tags. */
  readonly tags?: Tags | undefined;
  /** On the target. Capability `conditionalCopy`. */
  readonly conditions?: WriteConditions | undefined;
}

export interface DeleteCall extends DriverCall, Versioned {
  /** Capability `conditionalDelete`. An ETag without quotes, or `*`; a missing object is `NoSuchKey` then. */
  readonly ifMatch?: string | undefined;
}

export interface ListCall extends DriverCall {
  readonly prefix: string;
  /** Empty: no folding. */
  readonly delimiter: string;
  /** Exclusive; a common prefix equal to or before it is left out. Empty: from the beginning. */
  readonly startAfter: string;
  /** 1 to 1000. */
  readonly maxKeys: number;
  /** Content type and user metadata wanted in each entry. Where they aren't, no entry has them (`entryOfRecord`). */
  readonly metadata: boolean;
}

export interface DriverPage {
  /** In the order of the keys' UTF-8 bytes, at most `maxKeys`. */
  readonly entries: (ObjectSummary | ListedObject | CommonPrefix)[];
  /** More follows behind the last entry. */
  readonly truncated: boolean;
}

/** A driver in front of a driver: delay, faults, logs, read-only. */
export type DriverWrapper = (driver: DatastoreDriver) => DatastoreDriver;
