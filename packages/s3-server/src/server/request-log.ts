/** One request, as logged after its response. */
export interface RequestRecord {
  /** The name of the S3 operation, such as `PutObject`; `Unknown` if the request could not be parsed. */
  readonly operation: string;
  readonly method: string;
  /** Absent for requests to the service. */
  readonly bucket?: string;
  /** Absent for requests to the service or to a bucket. */
  readonly key?: string;
  /** The HTTP status. */
  readonly status: number;
  /** The error code, such as `NoSuchKey`. Absent if the request succeeded. */
  readonly code?: string;
  /** Bytes of payload, received and sent. */
  readonly bytes: number;
  readonly durationMs: number;
  readonly requestId: string;
  /** Absent for anonymous requests, and for those whose signature is invalid. */
  readonly accessKey?: string;
  /** When the request arrived. */
  readonly time: Date;
}

/** The last requests of a server. */
export class RequestLog {
  readonly #maxEntries: number;
  readonly #records: RequestRecord[] = [];

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** A copy of the records, oldest first. */
  get records(): readonly RequestRecord[] {
    return this.#maxEntries === 0 ? [] : this.#records.slice(-this.#maxEntries);
  }

  add(record: RequestRecord): void {
    if (this.#maxEntries === 0) return;
    this.#records.push(record);
    // Drops many at once: `shift` of a long array takes time for each of its entries.
    if (this.#records.length > this.#maxEntries * 2) this.#records.splice(0, this.#records.length - this.#maxEntries);
  }
}
