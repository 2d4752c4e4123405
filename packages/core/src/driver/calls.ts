import type {
  Checksum,
  ChecksumAlgorithm,
  CommonPrefix,
  ListedObject,
  Metadata,
  ObjectHeaders,
  ObjectInfo,
  ObjectSummary,
  Tags,
} from '../api/object-info.js';
import type { ChecksumRequest, NativeOptions, RangeRequest, ReadConditions, WriteConditions } from '../api/options.js';
import type { ResolvedRange } from '../api/results.js';

/** The parameters of every driver method. A driver should stop its I/O when the signal is aborted, and may then reject with any error. */
export interface DriverCall {
  readonly signal?: AbortSignal | undefined;
}

/** The parameters of methods that support versions. */
export interface Versioned {
  /** The version to use instead of the latest one. Given only if the driver has `versions`. */
  readonly versionId?: string | undefined;
}

interface Native {
  /** Given only if the capability `native` is true. */
  readonly native?: NativeOptions | undefined;
}

/** The parameters of `headObject`. */
export interface HeadCall extends DriverCall, Versioned, Native {}

/** The parameters of `getObject`. */
export interface GetCall extends DriverCall, Versioned, Native {
  /** A well-formed range. The driver resolves it against the size of the object (`resolveRange`). */
  readonly range?: RangeRequest | undefined;
  /** A part of an object that was uploaded in parts, from 1; excludes `range`. The result has the range of the part (`partRange`). */
  readonly partNumber?: number | undefined;
  /** At most one condition, or `ifMatch` with `ifUnmodifiedSince`. ETags are unquoted. Evaluate them with `evaluateReadConditions`. */
  readonly conditions?: ReadConditions | undefined;
}

/** An open object: its metadata and its body. */
export interface DriverObject {
  /** The metadata of the whole object, even if a range was requested. */
  readonly info: ObjectInfo;
  /** Must be present if a range was requested. */
  readonly range?: ResolvedRange | undefined;
  /**
   * Bytes, or a stream if the body is large or occupies a file or socket. The caller owns the bytes and chunks: the driver must not reuse
   * them.
   */
  readonly body: Uint8Array | DriverStream;
}

/** A body that can be read once. It must hold no resources after its end, a failure, `return()` or `cancel()`. */
export interface DriverStream extends AsyncIterable<Uint8Array> {
  /**
   * Iterates over chunks that belong to the driver: each is valid until the next but one is requested, and must not be modified. For readers
   * that write each chunk somewhere else: 1 GiB of new buffers keeps the garbage collector busy for longer than reading them takes. Optional.
   */
  borrow?(): AsyncIterator<Uint8Array>;
  /** Releases all resources, even if nothing was read. May be called at any time and repeatedly. */
  cancel(): void | Promise<void>;
}

/**
 * The body of a put. The iterator throws if the source fails, and at its end if length or MD5 do not match. A driver that commits after the
 * last chunk therefore never stores a wrong body.
 *
 * `readWholeBody` reads a body into memory.
 */
export interface PutBody extends AsyncIterable<Uint8Array> {
  /** Size in bytes. Absent if it is unknown before reading. */
  readonly size?: number | undefined;
  /**
   * The whole body if it is in memory and not larger than 1 MiB; it is already validated. It never changes: a driver may keep it without a
   * copy, but must not modify it.
   */
  readonly bytes?: Uint8Array | undefined;
  /**
   * Whether the chunks never change, so that a driver may keep them without a copy. Otherwise, the source may reuse the buffer of a chunk as
   * soon as the next chunk is requested, so a driver must copy the chunks that it keeps.
   */
  readonly stable?: boolean | undefined;
  /**
   * Returns the checksum that the caller requested, in base64; undefined if none was. Available when the body was read to its end, or at
   * once if `bytes` are present or the caller gave the value, which is verified like the length. A SHA1 or SHA256 of a body larger than one
   * part is a composite one, with the suffix `-N` ({@link toChecksum}), and available at the end only.
   */
  checksum?(): string | undefined;
}

/** The headers and metadata to be stored: validated, with defaults, lower-case names and trimmed values. */
export interface StoredAttributes extends ObjectHeaders {
  readonly contentType: string;
  readonly metadata: Metadata;
}

/** The parameters of `putObject`. */
export interface PutCall extends DriverCall, Native {
  readonly attributes: StoredAttributes;
  readonly tags: Tags;
  /** At most one condition; ETags are unquoted. Given only if the capability `conditionalPut` is true. */
  readonly conditions?: WriteConditions | undefined;
  /** Bytes per part, already raised if a body of known size would need more than 10,000 parts. */
  readonly partSize: number;
  /** Maximum number of parts uploaded in parallel. */
  readonly concurrency: number;
  /** The expected MD5 of the body in base64, for servers that verify it. {@link PutBody} verifies it in any case. */
  readonly contentMD5?: string | undefined;
  /** The checksum to be stored with the object. {@link PutBody} computes and verifies it. Given only if the capability `checksums` is true. */
  readonly checksum?: ChecksumRequest | undefined;
}

/** The source of a copy. */
export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  /** The version to copy instead of the latest one. */
  readonly versionId?: string | undefined;
  /** Evaluate them with `evaluateSourceConditions`. */
  readonly conditions?: ReadConditions | undefined;
}

/** The parameters of `copyObject`. */
export interface CopyCall extends DriverCall, Native {
  /** Replaces all headers and all metadata. If absent, those of the source are copied. */
  readonly replace?: StoredAttributes | undefined;
  /** Replaces the tags. If absent, those of the source are copied. */
  readonly tags?: Tags | undefined;
  /**
   * The algorithm of the checksum of the copy, which is that of the whole body. If absent, that of the source. Given only if the capability
   * `checksums` is true.
   */
  readonly checksumAlgorithm?: ChecksumAlgorithm | undefined;
  /** Conditions on the target. Given only if the capability `conditionalCopy` is true. */
  readonly conditions?: WriteConditions | undefined;
}

/** The parameters of `deleteObject`. */
export interface DeleteCall extends DriverCall, Versioned {
  /**
   * An unquoted ETag, or `*`. The driver must throw `PreconditionFailed` if the ETag differs, `NoSuchKey` if there is no object. Given only if
   * the capability `conditionalDelete` is true.
   */
  readonly ifMatch?: string | undefined;
}

/** The parameters of `listObjects`. */
export interface ListCall extends DriverCall {
  readonly prefix: string;
  /** Groups keys into common prefixes. An empty string disables grouping. */
  readonly delimiter: string;
  /**
   * Lists only entries after this key, exclusive. Omits a common prefix that is equal to it or sorts before it. An empty string starts at the
   * beginning.
   */
  readonly startAfter: string;
  /** Maximum number of entries, 1 to 1000. */
  readonly maxKeys: number;
  /** Whether entries must include the content type and the user metadata. If false, they must not (see `toListEntry`). */
  readonly metadata: boolean;
  /** Whether only the keys of the entries are used. The other fields may then have any value, if that saves work. */
  readonly keysOnly?: boolean | undefined;
  /** Whether entries should have `details`, which an S3 server adds to its listings. A driver may ignore it. */
  readonly details?: boolean | undefined;
}

/** What a backend knows of a listed object beyond the portable fields. */
export interface EntryDetails {
  /** Time of the last write in milliseconds since the epoch. */
  readonly modifiedMs?: number | undefined;
  readonly checksum?: Checksum | undefined;
  readonly tags?: Tags | undefined;
}

/** An object in a {@link DriverPage}. */
export type DriverEntry = (ObjectSummary | ListedObject) & {
  /** Only if `ListCall.details` is true. */
  readonly details?: EntryDetails;
};

/** A page of a listing. */
export interface DriverPage {
  /** At most `maxKeys` entries, ordered by the UTF-8 bytes of their keys. */
  readonly entries: (DriverEntry | CommonPrefix)[];
  /** Whether there are entries after the last one. */
  readonly truncated: boolean;
}
