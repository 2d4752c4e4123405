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

/** Everything that calls can change. */
export class ModelState {
  readonly buckets = new Map<string, Map<string, ModelObject>>();
  readonly files = new Map<string, Buffer>();
  /** By slot. */
  readonly tokens = new Map<number, KeptToken>();
  /** By slot. */
  readonly heldBodies = new Map<number, HeldBody>();
  #seconds = Date.UTC(2020, 0, 1) / 1000;

  /** Returns the current object of a key. */
  object(bucket: string, key: string): ModelObject | undefined {
    return this.buckets.get(bucket)?.get(key);
  }

  /** Returns the time of the next write. Writes are a minute apart, so that a time plus a few seconds never equals that of another write. */
  nextTime(): Date {
    return new Date((this.#seconds + 60) * 1000);
  }

  /** Advances the clock after a write. */
  advanceClock(): void {
    this.#seconds += 60;
  }
}
