import { compareBytes } from './bytes.js';
import type { Checksum, ChecksumAlgorithm } from './checksums.js';
import { SymbolicId } from './symbolic-id.js';

/** The headers stored with an object. */
export interface Headers {
  contentType: string;
  cacheControl?: string;
  contentDisposition?: string;
  contentEncoding?: string;
  contentLanguage?: string;
  expires?: Date;
}

/** An object in the model. Immutable: a write replaces it. */
export interface ModelObject {
  readonly bytes: Buffer;
  readonly etag: string;
  /** The time of the model's own clock. Unique per write. */
  readonly lastModified: Date;
  readonly headers: Headers;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly checksum?: Checksum | undefined;
  /** A copy of an object without a checksum. Backends without the trait `copiesKeepChecksums` add one. */
  readonly isCopy?: boolean;
  /** Sizes in bytes by part number. Absent unless the object was stored in parts. */
  readonly parts?: ReadonlyMap<number, number> | undefined;
}

/** A version, or a delete marker, in the history of a key. */
export interface ModelEntry {
  /** Undefined for the version `null`. */
  readonly id: SymbolicId | undefined;
  /** Undefined for a delete marker. */
  readonly object: ModelObject | undefined;
  readonly lastModified: Date;
}

/** A part of an open upload. */
export interface ModelPart {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly lastModified: Date;
  readonly checksum: Checksum | undefined;
}

/** An open upload. */
export interface ModelUpload {
  readonly key: string;
  readonly id: SymbolicId;
  /** The id of the version that it creates, decided when it begins. */
  readonly versionId: SymbolicId | undefined;
  readonly initiated: Date;
  readonly algorithm: ChecksumAlgorithm | undefined;
  readonly attributes: Pick<ModelObject, 'headers' | 'metadata' | 'tags'>;
  readonly parts: Map<number, ModelPart>;
}

/** A bucket: the history of each key from newest to oldest, and the open uploads in the order of their creation. */
export class ModelBucket {
  versioning: 'off' | 'enabled' | 'suspended' = 'off';
  readonly histories = new Map<string, readonly ModelEntry[]>();
  readonly uploads = new Map<SymbolicId, ModelUpload>();

  history(key: string): readonly ModelEntry[] {
    return this.histories.get(key) ?? [];
  }

  setHistory(key: string, history: readonly ModelEntry[]): void {
    if (history.length === 0) this.histories.delete(key);
    else this.histories.set(key, history);
  }

  /** Returns the latest version of a key; undefined if there is none, or it is a delete marker. */
  get(key: string): ModelObject | undefined {
    return this.history(key)[0]?.object;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Returns the keys that have an object, in the order of listings. */
  keys(): string[] {
    return this.allKeys().filter((key) => this.has(key));
  }

  /** Returns the keys that have a version or a delete marker, in the order of listings. */
  allKeys(): string[] {
    return Array.from(this.histories.keys()).sort(compareBytes);
  }

  /** Returns the state that applies to a key. Keys that end in `/` have no versions. */
  versioningOf(key: string): ModelBucket['versioning'] {
    return key.endsWith('/') ? 'off' : this.versioning;
  }
}

/** A body that was opened but not read yet. */
export interface HeldBody {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: Buffer;
  /** The object at the time of the `get`. */
  readonly object: ModelObject;
}

/** Where the page of a kept token starts. */
export interface KeptToken {
  /** Undefined when the last page returned no token. */
  readonly startAfter: string | undefined;
  /** The token of a backend without the capability `listsBelowObjects` may start elsewhere. */
  readonly isUncertain: boolean;
}

/** The position after a page of versions. */
export interface VersionMarker {
  readonly key: string;
  readonly versionId?: SymbolicId | 'null';
}

/** The position that a page of versions returned. */
export interface KeptMarker {
  /** Undefined on the last page. */
  readonly next: VersionMarker | undefined;
  /** That of a backend without the capability `listsBelowObjects` may be elsewhere. */
  readonly isUncertain: boolean;
}

/** The upload of a slot. It may have ended. */
export interface KeptUpload {
  readonly bucket: string;
  readonly key: string;
  readonly id: SymbolicId;
}

/** Everything that calls can change. */
export class ModelState {
  readonly buckets = new Map<string, ModelBucket>();
  readonly files = new Map<string, Buffer>();
  /** By slot. */
  readonly tokens = new Map<number, KeptToken>();
  /** By slot. */
  readonly markers = new Map<number, KeptMarker>();
  /** By slot. */
  readonly uploads = new Map<number, KeptUpload>();
  /** By slot. */
  readonly heldBodies = new Map<number, HeldBody>();
  /** The buckets that were removed with open uploads. */
  readonly bucketsWithLostUploads = new Set<string>();
  readonly #ids = new Map<string, SymbolicId>();
  #calls = 0;

  /** Returns the current object of a key. */
  object(bucket: string, key: string): ModelObject | undefined {
    return this.buckets.get(bucket)?.get(key);
  }

  /** The number of the call that runs next. */
  get callNumber(): number {
    return this.#calls;
  }

  /**
   * Returns the time of the next call's writes. Calls are a minute apart, so that a time plus a few seconds never equals that of another call.
   */
  nextTime(): Date {
    return new Date(Date.UTC(2020, 0, 1) + this.#calls * 60_000);
  }

  /** Returns the id with a name, always the same object. */
  id(kind: SymbolicId['kind'], name: string): SymbolicId {
    const known = this.#ids.get(`${kind} ${name}`) ?? new SymbolicId(kind, name);
    this.#ids.set(`${kind} ${name}`, known);
    return known;
  }

  /** Advances the clock after a call. */
  endCall(): void {
    this.#calls++;
  }
}
