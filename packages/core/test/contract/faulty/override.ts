import type { CommonPrefix, ListedObject, ObjectInfo, ObjectSummary } from '@anybucket/core';
import type {
  BucketDriver,
  CopyCall,
  DatastoreDriver,
  DriverPage,
  DriverStream,
  DriverWrapper,
  ListCall,
  PutBody,
  TagDriver,
} from '@anybucket/core/backend';

/** A backend broken on purpose, and the case that must notice. */
export interface Broken {
  readonly name: string;
  readonly wrap: DriverWrapper;
  readonly caughtBy: string;
}

export type Entry = ObjectSummary | ListedObject | CommonPrefix;

/** Replaces primitives of every bucket; the others stay as they are. */
export function spoilBucket(spoil: (inner: BucketDriver, name: string, driver: DatastoreDriver) => Partial<BucketDriver>): DriverWrapper {
  return spoilDatastore((driver) => ({
    bucket: (name) => {
      const inner = driver.bucket(name);
      return overlay(inner, spoil(inner, name, driver));
    },
  }));
}

/** Replaces primitives of the datastore; the others stay as they are. */
export function spoilDatastore(spoil: (inner: DatastoreDriver) => Partial<DatastoreDriver>): DriverWrapper {
  return (driver) => overlay(driver, spoil(driver));
}

/** Replaces the methods of the driver's tags; the others stay as they are. */
export function spoilTags(spoil: (inner: TagDriver, driver: DatastoreDriver) => Partial<TagDriver>): DriverWrapper {
  return spoilDatastore((driver) => (driver.tags === undefined ? {} : { tags: { ...driver.tags, ...spoil(driver.tags, driver) } }));
}

/** Changes what is told of an object, wherever it is told. */
export function spoilInfo(spoil: <Info extends ObjectSummary>(info: Info) => Info): DriverWrapper {
  return spoilBucket((inner) => ({
    headObject: async (key, call) => spoil(await inner.headObject(key, call)),
    async getObject(key, call) {
      const object = await inner.getObject(key, call);
      return { ...object, info: spoil(object.info) };
    },
    listObjects: (call) => mapEntries(inner, call, (entry) => (entry.isPrefix === true ? entry : spoil(entry))),
  }));
}

/** Changes each key on its way in. */
export function spoilKeys(spoil: (key: string) => string): DriverWrapper {
  return spoilBucket((inner) => ({
    headObject: async (key, call) => ({ ...(await inner.headObject(spoil(key), call)), key }),
    async getObject(key, call) {
      const object = await inner.getObject(spoil(key), call);
      return { ...object, info: { ...object.info, key } };
    },
    putObject: (key, body, call) => inner.putObject(spoil(key), body, call),
    copyObject: (key, source, call) => inner.copyObject(spoil(key), { ...source, key: spoil(source.key) }, call),
    deleteObject: (key, call) => inner.deleteObject(spoil(key), call),
    deleteObjects: (keys, call) => inner.deleteObjects([...new Set(keys.map(spoil))], call),
  }));
}

/** Spoils the page that a driver gives. */
export function spoilPage(spoil: (page: DriverPage, call: ListCall) => DriverPage): DriverWrapper {
  return spoilBucket((inner) => ({ listObjects: async (call) => spoil(await inner.listObjects(call), call) }));
}

/** Spoils what a copy is asked for. */
export function spoilCopyCall(spoil: (call: CopyCall) => CopyCall): DriverWrapper {
  return spoilBucket((inner) => ({ copyObject: (key, source, call) => inner.copyObject(key, source, spoil(call)) }));
}

/** Spoils what a listing is asked for. */
export function spoilListCall(spoil: (call: ListCall) => ListCall): DriverWrapper {
  return spoilBucket((inner) => ({ listObjects: (call) => inner.listObjects(spoil(call)) }));
}

export async function mapEntries(inner: BucketDriver, call: ListCall, change: (entry: Entry) => Entry): Promise<DriverPage> {
  const { entries, truncated } = await inner.listObjects(call);
  return { entries: entries.map(change), truncated };
}

/** All keys of a bucket, behind the spoiled primitive. */
export async function allEntries(inner: BucketDriver): Promise<Entry[]> {
  const all: Entry[] = [];
  for (let startAfter = ''; ;) {
    const page = await inner.listObjects({ prefix: '', delimiter: '', startAfter, maxKeys: 1000, metadata: true });
    all.push(...page.entries);
    if (!page.truncated) return all;
    startAfter = all.at(-1)?.key ?? '';
  }
}

/** What is there now, or undefined. */
export async function current(inner: BucketDriver, key: string): Promise<ObjectInfo | undefined> {
  return inner.headObject(key, {}).catch(() => undefined);
}

/** A whole body. */
export async function received(body: PutBody): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Reads an object as it is stored. */
export async function stored(inner: BucketDriver, key: string): Promise<Buffer> {
  const { body } = await inner.getObject(key, {});
  return body instanceof Uint8Array ? Buffer.from(body) : received(body);
}

/** Bytes as a body that was checked already. */
export function bytesBody(bytes: Uint8Array): PutBody {
  return {
    size: bytes.byteLength,
    bytes,
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  };
}

export function streamOf(chunks: AsyncIterable<Uint8Array>): DriverStream {
  return { cancel: () => {}, [Symbol.asyncIterator]: () => chunks[Symbol.asyncIterator]() };
}

function overlay<T extends object>(inner: T, spoiled: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      const own: unknown = Reflect.get(spoiled, name) ?? Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}
