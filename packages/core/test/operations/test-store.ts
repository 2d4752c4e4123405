import type { Bucket } from '../../src/api/datastore.js';
import type { ObjectInfo } from '../../src/api/object-info.js';
import type { Capabilities } from '../../src/api/capabilities.js';
import type { Presigner, TagDriver, VersionDriver } from '../../src/driver/optional-drivers.js';
import type { BucketDriver } from '../../src/driver/bucket-driver.js';
import type { DatastoreDriver } from '../../src/driver/datastore-driver.js';
import { StorageError } from '../../src/api/errors.js';
import { PortableDatastore } from '../../src/operations/datastore.js';
import { etagOf } from '../../src/rules/etags.js';
import { pageOfKeys } from '../../src/rules/listing.js';
import { compareKeys } from '../../src/rules/key-order.js';
import { resolveRange } from '../../src/rules/ranges.js';

type Abilities = TagDriver & VersionDriver & Presigner;
type Primitives = BucketDriver &
  Abilities &
  Omit<DatastoreDriver, 'backend' | 'capabilities' | 'bucket' | 'tags' | 'versions' | 'presigner'>;

/** What a driver does other than the plain thing, and what it can't. */
export type Answers = Partial<Primitives> & { readonly capabilities?: Partial<Capabilities> };

/** A datastore over a driver that keeps bodies in a map, and writes down every call. */
export interface TestStore {
  readonly store: PortableDatastore;
  readonly bucket: Bucket;
  /** The primitives called, each with its arguments. */
  readonly calls: { readonly name: string; readonly bucket: string | undefined; readonly args: readonly unknown[] }[];
  readonly objects: Map<string, Buffer>;
}

/** Everything can be done, unless a test says otherwise. */
const able: Capabilities = {
  conditionalPut: true,
  conditionalDelete: true,
  conditionalCopy: true,
  tags: true,
  versioning: true,
  presign: true,
  native: true,
  listsBelowObjects: true,
  snapshotReads: true,
  md5Etags: true,
  serverSideListMetadata: true,
  persistent: false,
};

const time = new Date('2020-01-02T03:04:05Z');

/** What is told of an object. */
export function infoOf(key: string, body: Uint8Array): ObjectInfo {
  return { key, size: body.byteLength, etag: etagOf(body, Infinity), lastModified: time, contentType: 'text/plain', metadata: {} };
}

/** Makes a datastore with the bucket `photos`. */
export function testStore({ capabilities, ...answers }: Answers = {}): TestStore {
  const objects = new Map<string, Buffer>();
  const calls: TestStore['calls'] = [];
  const find = (key: string): Buffer => {
    const body = objects.get(key);
    if (body === undefined) throw new StorageError({ code: 'NoSuchKey', message: 'no such object' });
    return body;
  };
  const primitives: Primitives = {
    listBuckets: async () => ['photos'],
    createBucket: async () => true,
    removeBucket: async () => true,
    bucketExists: async () => true,
    close: async () => {},
    headObject: async (key) => infoOf(key, find(key)),
    getObject: async (key, { range: asked }) => {
      const body = find(key);
      const range = asked === undefined ? undefined : resolveRange(asked, body.length);
      return { info: infoOf(key, body), range, body: Buffer.from(body.subarray(range?.start, range?.end)) };
    },
    putObject: async (key, body) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      const whole = Buffer.concat(chunks);
      objects.set(key, whole);
      return { etag: etagOf(whole, Infinity) };
    },
    copyObject: async () => ({ etag: 'e', lastModified: time }),
    deleteObject: async (key) => void objects.delete(key),
    deleteObjects: async (keys) => {
      for (const key of keys) objects.delete(key);
      return [];
    },
    listObjects: async (call) => {
      const sorted = [...objects.keys()].sort(compareKeys);
      const page = pageOfKeys({ seek: (from, exclusive) => sorted.find((key) => compareKeys(key, from) >= (exclusive ? 1 : 0)) }, call);
      const entries = page.entries.map((entry) => (typeof entry === 'string' ? infoOf(entry, find(entry)) : entry));
      return { entries, truncated: page.truncated };
    },
    getTags: async () => ({ a: 'b' }),
    setTags: async () => {},
    presign: async () => 'http://signed',
    listVersions: async () => [],
    setVersioning: async () => {},
    getVersioning: async () => 'off',
    ...answers,
  };
  const recorded = (bucket: string | undefined) =>
    Object.fromEntries(
      Object.entries(primitives).map(([name, work]) => [
        name,
        (...args: never[]) => {
          calls.push({ name, bucket, args });
          return (work as (...args: never[]) => unknown)(...args);
        },
      ]),
    ) as unknown as Primitives;
  const own = recorded(undefined);
  const { tags, versioning, presign, ...declared } = { ...able, ...capabilities };
  const driver: DatastoreDriver = {
    ...own,
    backend: 'test',
    capabilities: declared,
    tags: tags ? own : undefined,
    versions: versioning ? own : undefined,
    presigner: presign ? own : undefined,
    bucket: (name) => recorded(name),
  };
  const store = new PortableDatastore(driver);
  return { store, bucket: store.bucket('photos'), calls, objects };
}
