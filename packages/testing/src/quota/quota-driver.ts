import { extendBucketDriver, extendDriver } from '@anybucket/core/backend';
import type { BucketDriver, DatastoreDriver, PutBody, UploadDriver } from '@anybucket/core/backend';
import { mapUpload } from '../requests/intercept.js';
import { Quota } from './quota.js';
import type { QuotaLimits, Reservation } from './quota.js';

/** Returns a driver whose writes fail with `StorageFull` if they exceed the limits. */
export function quotaDriver(driver: DatastoreDriver, limits: QuotaLimits): DatastoreDriver {
  const quota = new Quota(driver, limits);
  return extendDriver(driver, {
    uploads: driver.uploads && quotaUploads(driver, driver.uploads, quota),
    bucket: (name) => quotaBucket(driver, name, quota),
  });
}

function quotaBucket(driver: DatastoreDriver, name: string, quota: Quota): BucketDriver {
  const bucket = driver.bucket(name);
  return extendBucketDriver(bucket, {
    putObject: (key, body, call) =>
      withReservation(quota, { bucket: name, bytes: sizeOf(body), objects: 1 }, call.signal, (rest) =>
        bucket.putObject(key, limited(body, rest, quota), call),
      ),
    copyObject: async (key, source, call) => {
      const { versionId, bucket: from } = source;
      const { size } = await driver.bucket(from).headObject(source.key, { versionId, signal: call.signal });
      return withReservation(quota, { bucket: name, bytes: size, objects: 1 }, call.signal, () => bucket.copyObject(key, source, call));
    },
  });
}

function quotaUploads(driver: DatastoreDriver, uploads: UploadDriver, quota: Quota): UploadDriver {
  /** The parts of open uploads, by upload and number. */
  const parts = new Map<string, Map<number, Reservation>>();
  const hold = (uploadId: string, partNumber: number, reservation: Reservation): void => {
    const held = parts.get(uploadId) ?? new Map<number, Reservation>();
    const replaced = held.get(partNumber);
    if (replaced !== undefined) quota.release(replaced);
    parts.set(uploadId, held.set(partNumber, reservation));
  };
  const end = (uploadId: string): void => {
    for (const reservation of parts.get(uploadId)?.values() ?? []) quota.release(reservation);
    parts.delete(uploadId);
  };
  return {
    createUpload: (bucket, key, call) => uploads.createUpload(bucket, key, call),
    putPart: async (bucket, key, id, partNumber, body, call) => {
      const reservation = { bucket, bytes: sizeOf(body), objects: 0 };
      const rest = await quota.reserve(reservation, call.signal);
      try {
        const part = await uploads.putPart(bucket, key, id, partNumber, limited(body, rest, quota), call);
        reservation.bytes = part.size;
        hold(id, partNumber, reservation);
        return part;
      } catch (error) {
        quota.release(reservation);
        throw error;
      }
    },
    copyPart: async (bucket, key, id, partNumber, source, call) => {
      const { versionId, bucket: from } = source;
      const { size } = await driver.bucket(from).headObject(source.key, { versionId, signal: call.signal });
      const range = call.range;
      const bytes = range === undefined ? size : 'suffix' in range ? Math.min(range.suffix, size) : (range.end ?? size) - range.start;
      const reservation = { bucket, bytes, objects: 0 };
      await quota.reserve(reservation, call.signal);
      try {
        const part = await uploads.copyPart(bucket, key, id, partNumber, source, call);
        reservation.bytes = part.size;
        hold(id, partNumber, reservation);
        return part;
      } catch (error) {
        quota.release(reservation);
        throw error;
      }
    },
    listParts: (bucket, key, id, call) => uploads.listParts(bucket, key, id, call),
    completeUpload: (bucket, key, id, completed, call) =>
      // The parts are counted already.
      withReservation(quota, { bucket, bytes: 0, objects: 1 }, call.signal, async () => {
        const result = await uploads.completeUpload(bucket, key, id, completed, call);
        end(id);
        return result;
      }),
    abortUpload: async (bucket, key, id, call) => {
      await uploads.abortUpload(bucket, key, id, call);
      end(id);
    },
    listUploads: (bucket, call) => uploads.listUploads(bucket, call),
  };
}

async function withReservation<T>(
  quota: Quota,
  reservation: Reservation,
  signal: AbortSignal | undefined,
  write: (rest: number) => Promise<T>,
): Promise<T> {
  const rest = await quota.reserve(reservation, signal);
  try {
    return await write(rest);
  } finally {
    quota.release(reservation);
  }
}

function sizeOf({ size, bytes }: PutBody): number {
  return size ?? bytes?.length ?? 0;
}

/** Returns the body, which fails if it is of unknown size and exceeds the rest. */
function limited(body: PutBody, rest: number, quota: Quota): PutBody {
  if (rest === Infinity || body.size !== undefined || body.bytes !== undefined) return body;
  return mapUpload(body, async function* (chunks) {
    let received = 0;
    for await (const chunk of chunks) {
      received += chunk.length;
      if (received > rest) throw quota.exceeded();
      yield chunk;
    }
  });
}
