import { setTimeout as sleep } from 'node:timers/promises';
import type { TagDriver, VersionDriver } from './abilities.js';
import type { BucketDriver } from './bucket-driver.js';
import type { DriverCall, DriverObject, DriverStream, PutBody } from './calls.js';
import type { DatastoreDriver } from './datastore-driver.js';

/** How {@link delayed} delays. */
export interface DelayOptions {
  /** The longest pause, in milliseconds; each is a random part of it. */
  readonly ms: number;
  /** Another number gives other pauses, the same one the same. @defaultValue 1 */
  readonly seed?: number | undefined;
}

type Pause = (signal: AbortSignal | undefined) => Promise<void>;
type Around = <T>(call: DriverCall, work: () => Promise<T>) => Promise<T>;

/**
 * Puts pauses before and after every primitive, and between the chunks of bodies. A driver whose calls never really overlap hides
 * missing locks; behind this one they do.
 */
export function delayed(driver: DatastoreDriver, { ms, seed = 1 }: DelayOptions): DatastoreDriver {
  const random = randomNumbers(seed);
  const pause: Pause = async (signal) => {
    await sleep(random() * ms, undefined, { signal });
  };
  const around = pausesAround(pause);
  const { tags, versions, presigner } = driver;
  return {
    backend: driver.backend,
    capabilities: driver.capabilities,
    tags: tags && delayedTags(tags, around),
    versions: versions && delayedVersions(versions, around),
    presigner: presigner && { presign: (method, bucket, key, call) => around(call, () => presigner.presign(method, bucket, key, call)) },
    listBuckets: (call) => around(call, () => driver.listBuckets(call)),
    createBucket: (name, call) => around(call, () => driver.createBucket(name, call)),
    removeBucket: (name, call) => around(call, () => driver.removeBucket(name, call)),
    bucketExists: (name, call) => around(call, () => driver.bucketExists(name, call)),
    bucket: (name) => delayedBucket(driver.bucket(name), pause),
    close: () => around({}, () => driver.close()),
  };
}

function delayedBucket(bucket: BucketDriver, pause: Pause): BucketDriver {
  const around = pausesAround(pause);
  return {
    headObject: (key, call) => around(call, () => bucket.headObject(key, call)),
    getObject: (key, call) => delayedGet(() => bucket.getObject(key, call), call.signal, pause),
    putObject(key, body, call) {
      // The caller's bytes are only promised until the first await.
      const held = delayedBody(body, call.signal, pause);
      return around(call, () => bucket.putObject(key, held, call));
    },
    copyObject: (key, source, call) => around(call, () => bucket.copyObject(key, source, call)),
    deleteObject: (key, call) => around(call, () => bucket.deleteObject(key, call)),
    deleteObjects: (keys, call) => around(call, () => bucket.deleteObjects(keys, call)),
    listObjects: (call) => around(call, () => bucket.listObjects(call)),
  };
}

function delayedTags(tags: TagDriver, around: Around): TagDriver {
  return {
    getTags: (bucket, key, call) => around(call, () => tags.getTags(bucket, key, call)),
    setTags: (bucket, key, value, call) => around(call, () => tags.setTags(bucket, key, value, call)),
  };
}

function delayedVersions(versions: VersionDriver, around: Around): VersionDriver {
  return {
    listVersions: (bucket, call) => around(call, () => versions.listVersions(bucket, call)),
    setVersioning: (bucket, state, call) => around(call, () => versions.setVersioning(bucket, state, call)),
    getVersioning: (bucket, call) => around(call, () => versions.getVersioning(bucket, call)),
  };
}

function pausesAround(pause: Pause): Around {
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
    if (!(body instanceof Uint8Array)) await body.cancel();
    throw error;
  }
  return body instanceof Uint8Array ? object : { ...object, body: delayedStream(body, signal, pause) };
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
  const { size, bytes } = body;
  return {
    size,
    bytes: bytes === undefined ? undefined : Buffer.from(bytes),
    async *[Symbol.asyncIterator]() {
      for await (const chunk of body) {
        await pause(signal);
        yield chunk;
      }
      await pause(signal);
    },
  };
}

/** Numbers from 0 to 1 that a seed decides (mulberry32): a failure can be had again. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
