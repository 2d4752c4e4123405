import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'node:util';
import type { Presigner, TagDriver, UploadDriver, VersionDriver } from './optional-drivers.js';
import type { BucketDriver } from './bucket-driver.js';
import type { DriverCall, DriverObject, DriverStream, PutBody } from './calls.js';
import type { DatastoreDriver } from './datastore-driver.js';

/** Options of {@link delayed}. */
export interface DelayOptions {
  /** The maximum delay in milliseconds. Each delay is a random fraction of it. */
  readonly ms: number;
  /** The seed of the delays. The same seed produces the same sequence. @defaultValue 1 */
  readonly seed?: number | undefined;
}

type Pause = (signal: AbortSignal | undefined) => Promise<void>;
type Delay = <T>(call: DriverCall, work: () => Promise<T>) => Promise<T>;

/**
 * Wraps a driver in one that delays every call before and after it runs, and every chunk of a body. Makes calls overlap even if the driver
 * is synchronous, which reveals missing locks.
 */
export function delayed(driver: DatastoreDriver, { ms, seed = 1 }: DelayOptions): DatastoreDriver {
  const random = randomNumbers(seed);
  const pause: Pause = async (signal) => {
    await sleep(random() * ms, undefined, { signal });
  };
  const delay = createDelay(pause);
  return {
    backend: driver.backend,
    get capabilities() {
      return driver.capabilities;
    },
    get tags() {
      return driver.tags && delayedTags(driver.tags, delay);
    },
    get versions() {
      return driver.versions && delayedVersions(driver.versions, delay);
    },
    get presigner() {
      return driver.presigner && delayedPresigner(driver.presigner, delay);
    },
    get uploads() {
      return driver.uploads && delayedUploads(driver.uploads, delay, pause);
    },
    listBuckets: (call) => delay(call, () => driver.listBuckets(call)),
    createBucket: (name, call) => delay(call, () => driver.createBucket(name, call)),
    removeBucket: (name, call) => delay(call, () => driver.removeBucket(name, call)),
    bucketExists: (name, call) => delay(call, () => driver.bucketExists(name, call)),
    bucket: (name) => delayedBucket(driver.bucket(name), pause),
    close: () => delay({}, () => driver.close()),
  };
}

function delayedBucket(bucket: BucketDriver, pause: Pause): BucketDriver {
  const delay = createDelay(pause);
  return {
    headObject: (key, call) => delay(call, () => bucket.headObject(key, call)),
    getObject: (key, call) => delayedGet(() => bucket.getObject(key, call), call.signal, pause),
    putObject: (key, body, call) => delay(call, () => bucket.putObject(key, delayedBody(body, call.signal, pause), call)),
    copyObject: (key, source, call) => delay(call, () => bucket.copyObject(key, source, call)),
    deleteObject: (key, call) => delay(call, () => bucket.deleteObject(key, call)),
    deleteObjects: (targets, call) => delay(call, () => bucket.deleteObjects(targets, call)),
    listObjects: (call) => delay(call, () => bucket.listObjects(call)),
  };
}

function delayedTags(tags: TagDriver, delay: Delay): TagDriver {
  return {
    getTags: (bucket, key, call) => delay(call, () => tags.getTags(bucket, key, call)),
    setTags: (bucket, key, value, call) => delay(call, () => tags.setTags(bucket, key, value, call)),
  };
}

function delayedVersions(versions: VersionDriver, delay: Delay): VersionDriver {
  return {
    listVersions: (bucket, call) => delay(call, () => versions.listVersions(bucket, call)),
    setVersioning: (bucket, state, call) => delay(call, () => versions.setVersioning(bucket, state, call)),
    getVersioning: (bucket, call) => delay(call, () => versions.getVersioning(bucket, call)),
  };
}

function delayedPresigner(presigner: Presigner, delay: Delay): Presigner {
  return {
    presign: (bucket, key, call) => delay(call, () => presigner.presign(bucket, key, call)),
    presignPost: (bucket, call) => delay(call, () => presigner.presignPost(bucket, call)),
  };
}

function delayedUploads(uploads: UploadDriver, delay: Delay, pause: Pause): UploadDriver {
  return {
    createUpload: (bucket, key, call) => delay(call, () => uploads.createUpload(bucket, key, call)),
    putPart: (bucket, key, id, partNumber, body, call) =>
      delay(call, () => uploads.putPart(bucket, key, id, partNumber, delayedBody(body, call.signal, pause), call)),
    copyPart: (bucket, key, id, partNumber, source, call) => delay(call, () => uploads.copyPart(bucket, key, id, partNumber, source, call)),
    listParts: (bucket, key, id, call) => delay(call, () => uploads.listParts(bucket, key, id, call)),
    completeUpload: (bucket, key, id, parts, call) => delay(call, () => uploads.completeUpload(bucket, key, id, parts, call)),
    abortUpload: (bucket, key, id, call) => delay(call, () => uploads.abortUpload(bucket, key, id, call)),
    listUploads: (bucket, call) => delay(call, () => uploads.listUploads(bucket, call)),
  };
}

function createDelay(pause: Pause): Delay {
  return async ({ signal }, work) => {
    await pause(signal);
    const result = await work();
    await pause(signal);
    return result;
  };
}

async function delayedGet(open: () => Promise<DriverObject>, signal: AbortSignal | undefined, pause: Pause): Promise<DriverObject> {
  await pause(signal);
  const object = await open();
  const { body } = object;
  try {
    await pause(signal);
  } catch (error) {
    if (!types.isUint8Array(body)) await body.cancel();
    throw error;
  }
  return types.isUint8Array(body) ? object : { ...object, body: delayedStream(body, signal, pause) };
}

function delayedStream(stream: DriverStream, signal: AbortSignal | undefined, pause: Pause): DriverStream {
  return {
    cancel: () => stream.cancel(),
    async *[Symbol.asyncIterator]() {
      for await (const chunk of stream) {
        await pause(signal);
        yield chunk;
      }
    },
  };
}

function delayedBody(body: PutBody, signal: AbortSignal | undefined, pause: Pause): PutBody {
  const { size, bytes, stable } = body;
  return {
    size,
    bytes,
    stable,
    ...(body.checksum === undefined ? {} : { checksum: () => body.checksum?.() }),
    async *[Symbol.asyncIterator]() {
      for await (const chunk of body) {
        await pause(signal);
        yield chunk;
      }
      await pause(signal);
    },
  };
}

/** Returns a seeded random number generator (mulberry32) with values from 0 to 1, so that failures are reproducible. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
