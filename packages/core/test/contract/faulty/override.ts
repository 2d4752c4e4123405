import type { CommonPrefix, ListedObject, ObjectInfo, ObjectSummary } from '@anybucket/core';
import type {
  BucketDriver,
  CopyCall,
  DatastoreDriver,
  DriverObject,
  DriverPage,
  DriverStream,
  DriverWrapper,
  ListCall,
  PutBody,
  TagDriver,
  UploadDriver,
  VersionDriver,
} from '@anybucket/core/backend';

/** A driver with one deliberate fault, and the case that must detect it. */
export interface FaultyDriver {
  readonly name: string;
  readonly wrap: DriverWrapper;
  readonly detectedBy: string;
}

export type Entry = ObjectSummary | ListedObject | CommonPrefix;

/** Overrides primitives of every bucket. */
export function overrideBucket(
  override: (inner: BucketDriver, name: string, driver: DatastoreDriver) => Partial<BucketDriver>,
): DriverWrapper {
  return overrideDatastore((driver) => ({
    bucket: (name) => {
      const inner = driver.bucket(name);
      return withOverrides(inner, override(inner, name, driver));
    },
  }));
}

/** Overrides primitives of the datastore. */
export function overrideDatastore(override: (inner: DatastoreDriver) => Partial<DatastoreDriver>): DriverWrapper {
  return (driver) => withOverrides(driver, override(driver));
}

/** Overrides methods of the driver's tags. */
export function overrideTags(override: (inner: TagDriver, driver: DatastoreDriver) => Partial<TagDriver>): DriverWrapper {
  return overrideDatastore((driver) => (driver.tags === undefined ? {} : { tags: { ...driver.tags, ...override(driver.tags, driver) } }));
}

/** Overrides methods of the driver's versions. */
export function overrideVersions(override: (inner: VersionDriver, driver: DatastoreDriver) => Partial<VersionDriver>): DriverWrapper {
  return overrideDatastore((driver) =>
    driver.versions === undefined ? {} : { versions: withOverrides(driver.versions, override(driver.versions, driver)) },
  );
}

/** Overrides methods of the driver's uploads. */
export function overrideUploads(override: (inner: UploadDriver, driver: DatastoreDriver) => Partial<UploadDriver>): DriverWrapper {
  return overrideDatastore((driver) =>
    driver.uploads === undefined ? {} : { uploads: withOverrides(driver.uploads, override(driver.uploads, driver)) },
  );
}

/** Returns a faulty driver for each of several cases that must detect the same fault. */
export function faultsOf(name: string, wrap: DriverWrapper, ...cases: readonly string[]): FaultyDriver[] {
  return cases.map((detectedBy) => ({ name: cases.length === 1 ? name : `${name} (${detectedBy})`, wrap, detectedBy }));
}

/** Changes the info of objects in all results. */
export function mapInfo(change: <Info extends ObjectSummary>(info: Info) => Info): DriverWrapper {
  return overrideBucket((inner) => ({
    headObject: async (key, call) => change(await inner.headObject(key, call)),
    async getObject(key, call) {
      const object = await inner.getObject(key, call);
      return { ...object, info: change(object.info) };
    },
    listObjects: (call) => mapEntries(inner, call, (entry) => (entry.isPrefix === true ? entry : change(entry))),
  }));
}

/** Changes the key arguments of all primitives. */
export function mapKeys(change: (key: string) => string): DriverWrapper {
  return overrideBucket((inner) => ({
    headObject: async (key, call) => ({ ...(await inner.headObject(change(key), call)), key }),
    async getObject(key, call) {
      const object = await inner.getObject(change(key), call);
      return { ...object, info: { ...object.info, key } };
    },
    putObject: (key, body, call) => inner.putObject(change(key), body, call),
    copyObject: (key, source, call) => inner.copyObject(change(key), { ...source, key: change(source.key) }, call),
    deleteObject: (key, call) => inner.deleteObject(change(key), call),
    async deleteObjects(targets, call) {
      const changed = targets.map((target) => ({ ...target, key: change(target.key) }));
      // A batch has no duplicates.
      const distinct = [...new Map(changed.map((target) => [JSON.stringify(target), target])).values()];
      const results = await inner.deleteObjects(distinct, call);
      const texts = distinct.map((target) => JSON.stringify(target));
      return changed.map((target) => results[texts.indexOf(JSON.stringify(target))] ?? {});
    },
  }));
}

/** Changes the pages of listings. */
export function mapPage(change: (page: DriverPage, call: ListCall) => DriverPage): DriverWrapper {
  return overrideBucket((inner) => ({ listObjects: async (call) => change(await inner.listObjects(call), call) }));
}

/** Changes the arguments of `copyObject`. */
export function mapCopyCall(change: (call: CopyCall) => CopyCall): DriverWrapper {
  return overrideBucket((inner) => ({ copyObject: (key, source, call) => inner.copyObject(key, source, change(call)) }));
}

/** Changes the arguments of `listObjects`. */
export function mapListCall(change: (call: ListCall) => ListCall): DriverWrapper {
  return overrideBucket((inner) => ({ listObjects: (call) => inner.listObjects(change(call)) }));
}

/** Lists a page with changed entries. */
export async function mapEntries(inner: BucketDriver, call: ListCall, change: (entry: Entry) => Entry): Promise<DriverPage> {
  const { entries, truncated } = await inner.listObjects(call);
  return { entries: entries.map(change), truncated };
}

/** Lists all entries of a bucket. */
export async function allEntries(inner: BucketDriver): Promise<Entry[]> {
  const all: Entry[] = [];
  for (let startAfter = ''; ;) {
    const page = await inner.listObjects({ prefix: '', delimiter: '', startAfter, maxKeys: 1000, metadata: true });
    all.push(...page.entries);
    if (!page.truncated) return all;
    startAfter = all.at(-1)?.key ?? '';
  }
}

/** Returns the info of an object, or undefined if it is missing. */
export async function statOrUndefined(inner: BucketDriver, key: string): Promise<ObjectInfo | undefined> {
  return inner.headObject(key, {}).catch(() => undefined);
}

/** Reads a whole body. */
export async function readBody(body: PutBody | DriverObject['body']): Promise<Buffer> {
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Reads a stored object. */
export async function readStored(inner: BucketDriver, key: string): Promise<Buffer> {
  const { body } = await inner.getObject(key, {});
  return readBody(body);
}

/** Returns bytes as the body of a put. */
export function bodyOf(bytes: Uint8Array): PutBody {
  return {
    size: bytes.byteLength,
    bytes,
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
  };
}

/** Returns chunks as the body of a stored object. */
export function streamOf(chunks: AsyncIterable<Uint8Array>): DriverStream {
  return { cancel: () => {}, [Symbol.asyncIterator]: () => chunks[Symbol.asyncIterator]() };
}

function withOverrides<T extends object>(inner: T, overrides: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(overrides, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
