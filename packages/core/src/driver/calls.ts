import type { CommonPrefix, ListedObject, Metadata, ObjectHeaders, ObjectInfo, ObjectSummary, Tags } from '../api/object-info.js';
import type { NativeOptions, RangeRequest, ReadConditions, WriteConditions } from '../api/options.js';
import type { ResolvedRange } from '../api/results.js';

/** What every primitive takes. A driver stops its I/O when the signal aborts, and may reject with anything then. */
export interface DriverCall {
  readonly signal?: AbortSignal | undefined;
}

/** A version instead of the latest. Only where the driver has `versions`. */
export interface Versioned {
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
 * is kept. `readWholeBody` reads one to its end with the care that both take.
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
  /** Content type and user metadata wanted in each entry. Where they aren't, no entry has them (`toListEntry`). */
  readonly metadata: boolean;
}

export interface DriverPage {
  /** In the order of the keys' UTF-8 bytes, at most `maxKeys`. */
  readonly entries: (ObjectSummary | ListedObject | CommonPrefix)[];
  /** More follows behind the last entry. */
  readonly truncated: boolean;
}
