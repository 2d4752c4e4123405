import { StorageError } from '@anybucket/core/backend';
import type { DatastoreDriver } from '@anybucket/core/backend';

/** The limits of a store. */
export interface QuotaLimits {
  readonly maxBytes: number;
  readonly maxObjects: number;
  readonly perBucket: boolean;
}

interface Usage {
  bytes: number;
  objects: number;
}

/** Space that a running write, or a part of an open upload, occupies. */
export interface Reservation extends Usage {
  readonly bucket: string;
}

/** The use of a store, and the space that is reserved for running writes. */
export class Quota {
  readonly #driver: DatastoreDriver;
  readonly #limits: QuotaLimits;
  readonly #reservations = new Set<Reservation>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(driver: DatastoreDriver, limits: QuotaLimits) {
    this.#driver = driver;
    this.#limits = limits;
  }

  /**
   * Reserves space. Requests are handled one after the other, so that two writes cannot share the last bytes.
   *
   * @returns the reservation, to be changed by {@link grow}, and the bytes that are left beyond it.
   * @throws `StorageFull`, `NoSuchBucket`.
   */
  reserve(reservation: Reservation, signal: AbortSignal | undefined): Promise<number> {
    const reserved = this.#queue.then(async () => {
      const { bytes, objects } = await this.#usage(reservation.bucket, signal);
      if (objects + reservation.objects > this.#limits.maxObjects) throw full(`the quota of ${this.#limits.maxObjects} objects is used up`);
      const rest = this.#limits.maxBytes - bytes - reservation.bytes;
      if (rest < 0) throw this.exceeded();
      this.#reservations.add(reservation);
      return rest;
    });
    this.#queue = reserved.catch(() => {});
    return reserved;
  }

  release(reservation: Reservation): void {
    this.#reservations.delete(reservation);
  }

  exceeded(): StorageError {
    return full(`the quota of ${this.#limits.maxBytes} bytes would be exceeded`);
  }

  async #usage(bucket: string, signal: AbortSignal | undefined): Promise<Usage> {
    const total: Usage = { bytes: 0, objects: 0 };
    const buckets = this.#limits.perBucket ? [bucket] : await this.#driver.listBuckets({ signal });
    for (const name of buckets) await this.#addStored(name, total, signal);
    for (const reservation of this.#reservations) {
      if (this.#limits.perBucket && reservation.bucket !== bucket) continue;
      total.bytes += reservation.bytes;
      total.objects += reservation.objects;
    }
    return total;
  }

  async #addStored(bucket: string, total: Usage, signal: AbortSignal | undefined): Promise<void> {
    const { versions } = this.#driver;
    let after: { readonly key: string; readonly versionId?: string } | undefined;
    for (;;) {
      const page =
        versions === undefined
          ? await this.#driver.bucket(bucket).listObjects({
              prefix: '',
              delimiter: '',
              startAfter: after?.key ?? '',
              maxKeys: 1000,
              metadata: false,
              signal,
            })
          : await versions.listVersions(bucket, { prefix: '', delimiter: '', after, maxKeys: 1000, signal });
      for (const entry of page.entries) {
        if (entry.isPrefix === true) continue;
        total.bytes += entry.size;
        total.objects++;
        after = { key: entry.key, ...('versionId' in entry && typeof entry.versionId === 'string' ? { versionId: entry.versionId } : {}) };
      }
      if (!page.truncated) return;
    }
  }
}

function full(message: string): StorageError {
  return new StorageError({ code: 'StorageFull', message });
}
