/** The headers that are stored with an object. */
export interface Headers {
  contentType: string;
  cacheControl?: string;
  contentDisposition?: string;
  contentEncoding?: string;
  contentLanguage?: string;
  expires?: Date;
}

/** An object as the model keeps it. Never changed: a change makes another one. */
export interface Thing {
  readonly bytes: Buffer;
  readonly etag: string;
  /** By the model's own clock: each write has a time of its own. */
  readonly lastModified: Date;
  readonly headers: Headers;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** A body that was opened and not read yet. */
export interface Held {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: Buffer;
  /** The object it was opened from. */
  readonly thing: Thing;
}

/** All that calls can change. */
export class World {
  readonly buckets = new Map<string, Map<string, Thing>>();
  readonly files = new Map<string, Buffer>();
  /** Behind which key the page of a slot's token begins; undefined where no token was given; and whether a backend that doesn't list all may be elsewhere. */
  readonly tokens = new Map<number, { readonly after: string | undefined; readonly unsure: boolean }>();
  readonly held = new Map<number, Held>();
  #seconds = Date.UTC(2020, 0, 1) / 1000;

  /** The present object of a key. */
  thing(bucket: string, key: string): Thing | undefined {
    return this.buckets.get(bucket)?.get(key);
  }

  /** The time of the next write. Minutes apart, so that a time and some seconds is never that of another write. */
  nextTime(): Date {
    return new Date((this.#seconds + 60) * 1000);
  }

  /** The clock goes on: a write has happened. */
  tick(): void {
    this.#seconds += 60;
  }
}
