import type { Bucket } from '../../src/api/datastore.js';
import type { ObjectInfo } from '../../src/api/object-info.js';
import type { UploadedPart } from '../../src/api/uploads.js';
import type { Capabilities } from '../../src/api/capabilities.js';
import type { Presigner, TagDriver, UploadDriver, VersionDriver } from '../../src/driver/optional-drivers.js';
import type { BucketDriver } from '../../src/driver/bucket-driver.js';
import type { DatastoreDriver } from '../../src/driver/datastore-driver.js';
import { StorageError } from '../../src/api/errors.js';
import { PortableDatastore } from '../../src/operations/datastore.js';
import { etagOf } from '../../src/rules/etags.js';
import { pageOfKeys } from '../../src/rules/listing.js';
import { compareKeys } from '../../src/rules/key-order.js';
import { resolveRange } from '../../src/rules/ranges.js';

type DriverMethods = BucketDriver &
  TagDriver &
  VersionDriver &
  UploadDriver &
  Presigner &
  Omit<DatastoreDriver, 'backend' | 'capabilities' | 'bucket' | 'tags' | 'versions' | 'presigner' | 'uploads'>;

/** Driver methods to be replaced, and capabilities. All capabilities are true by default. */
export type DriverOverrides = Partial<DriverMethods> & { readonly capabilities?: Partial<Capabilities> };

/** A datastore over an in-memory driver that records every call. */
export interface TestStore {
  readonly store: PortableDatastore;
  readonly bucket: Bucket;
  /** The calls of driver methods so far. `bucket` is undefined for the methods of the datastore. */
  readonly calls: { readonly name: string; readonly bucket: string | undefined; readonly args: readonly unknown[] }[];
  readonly objects: Map<string, Buffer>;
}

const allCapabilities: Capabilities = {
  conditionalPut: true,
  conditionalDelete: true,
  conditionalCopy: true,
  tags: true,
  versioning: true,
  presign: true,
  uploads: true,
  checksums: true,
  native: true,
  listsBelowObjects: true,
  snapshotReads: true,
  md5Etags: true,
  listsAllUploads: true,
  copiesKeepChecksums: true,
  serverSideListMetadata: true,
  anyKeys: false,
  persistent: false,
};

const time = new Date('2020-01-02T03:04:05Z');

/** Returns the metadata that the driver reports for a body. */
export function infoOf(key: string, body: Uint8Array): ObjectInfo {
  return { key, size: body.byteLength, etag: etagOf(body, Infinity), lastModified: time, contentType: 'text/plain', metadata: {} };
}

/** Returns the description of a part that the driver reports. */
export function partOf(partNumber: number, body: Uint8Array): UploadedPart {
  return { partNumber, etag: etagOf(body, Infinity), size: body.byteLength, lastModified: time };
}

/** Creates a datastore with the bucket `photos`. */
export function testStore({ capabilities, ...overrides }: DriverOverrides = {}): TestStore {
  const objects = new Map<string, Buffer>();
  const calls: TestStore['calls'] = [];
  const findBody = (key: string): Buffer => {
    const body = objects.get(key);
    if (body === undefined) throw new StorageError({ code: 'NoSuchKey', message: 'no such object' });
    return body;
  };
  const methods: DriverMethods = {
    listBuckets: async () => ['photos'],
    createBucket: async () => true,
    removeBucket: async () => true,
    bucketExists: async () => true,
    close: async () => {},
    headObject: async (key) => infoOf(key, findBody(key)),
    getObject: async (key, { range: requestedRange }) => {
      const body = findBody(key);
      const range = requestedRange === undefined ? undefined : resolveRange(requestedRange, body.length);
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
    deleteObject: async (key) => {
      objects.delete(key);
      return {};
    },
    deleteObjects: async (targets) => {
      for (const { key } of targets) objects.delete(key);
      return targets.map(() => ({}));
    },
    listObjects: async (call) => {
      const sorted = [...objects.keys()].sort(compareKeys);
      const page = pageOfKeys({ seek: (from, exclusive) => sorted.find((key) => compareKeys(key, from) >= (exclusive ? 1 : 0)) }, call);
      const entries = page.entries.map((entry) => (typeof entry === 'string' ? infoOf(entry, findBody(entry)) : entry));
      return { entries, truncated: page.truncated };
    },
    getTags: async () => ({ a: 'b' }),
    setTags: async () => {},
    presign: async () => 'http://signed',
    presignPost: async () => ({ url: 'http://form', fields: {} }),
    listVersions: async () => ({ entries: [], truncated: false }),
    setVersioning: async () => {},
    getVersioning: async () => 'off',
    createUpload: async () => 'u',
    putPart: async (_bucket, _key, _id, partNumber, body) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      return partOf(partNumber, Buffer.concat(chunks));
    },
    copyPart: async (_bucket, _key, _id, partNumber) => partOf(partNumber, Buffer.alloc(0)),
    listParts: async () => ({ parts: [], truncated: false }),
    completeUpload: async () => ({ etag: 'e-1' }),
    abortUpload: async () => {},
    listUploads: async () => ({ uploads: [], truncated: false }),
    ...overrides,
  };
  const recordCalls = (bucket: string | undefined) =>
    Object.fromEntries(
      Object.entries(methods).map(([name, method]) => [
        name,
        (...args: never[]) => {
          calls.push({ name, bucket, args });
          return (method as (...args: never[]) => unknown)(...args);
        },
      ]),
    ) as unknown as DriverMethods;
  const datastoreMethods = recordCalls(undefined);
  const { tags, versioning, presign, uploads, ...declared } = { ...allCapabilities, ...capabilities };
  const driver: DatastoreDriver = {
    ...datastoreMethods,
    backend: 'test',
    capabilities: declared,
    tags: tags ? datastoreMethods : undefined,
    versions: versioning ? datastoreMethods : undefined,
    presigner: presign ? datastoreMethods : undefined,
    uploads: uploads ? datastoreMethods : undefined,
    bucket: (name) => recordCalls(name),
  };
  const store = new PortableDatastore(driver);
  return { store, bucket: store.bucket('photos'), calls, objects };
}
