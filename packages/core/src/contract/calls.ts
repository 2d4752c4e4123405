import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bucket, Datastore } from '../api/datastore.js';
import type { OperationCapability } from '../api/capabilities.js';
import type { CallOptions, PutRequestOptions } from '../api/options.js';
import { isPlainObject } from '../rules/is-plain-object.js';
import { collect } from './assertions.js';
import type { Fixture } from './fixture.js';

/** The arguments of a sample call. */
export interface CallArguments {
  readonly bucket: Bucket;
  /** The name passed to the methods of the datastore. */
  readonly bucketName: string;
  readonly key: string;
  /** A folder with the file `source`. */
  readonly folder: string;
  readonly options?: CallOptions | undefined;
}

/** A sample call of one method. */
interface Call {
  /** The operation that errors report. */
  readonly operation: string;
  readonly scope: 'datastore' | 'bucket-name' | 'bucket' | 'key' | 'keys';
  readonly requires?: OperationCapability;
  readonly run: (args: CallArguments) => unknown;
}

type DatastoreMethod = Exclude<keyof Datastore, 'name' | 'backend' | 'capabilities' | 'bucket' | 'close' | typeof Symbol.asyncDispose>;
type BucketMethod = Exclude<keyof Bucket, 'name' | 'datastore' | 'upload'>;

/** A method; `list` of the datastore is `listBuckets`, and `delete` and `stat` of several keys are calls of their own. */
export type CallName = 'listBuckets' | Exclude<DatastoreMethod, 'list'> | BucketMethod | 'deleteMany' | 'statMany';

export const unreachableUrl = 'http://127.0.0.1:9/unreachable';

/** Answers every request without a network. */
export const fetchBody = async (): Promise<Response> => new Response('body');
const putRequestOptions: PutRequestOptions = { fetch: fetchBody };

/**
 * Every asynchronous method of `Datastore` and `Bucket` that does an operation. The groups of cases that apply to every method derive from
 * this table, each with a record from call to id: a new method does not compile until each group has an id for it.
 */
export const calls = {
  listBuckets: { operation: 'list', scope: 'datastore', run: ({ bucket, options }) => bucket.datastore.list(options) },
  getBuckets: { operation: 'getBuckets', scope: 'datastore', run: ({ bucket, options }) => bucket.datastore.getBuckets(options) },
  getBucket: {
    operation: 'getBucket',
    scope: 'bucket-name',
    run: ({ bucket, bucketName, options }) => bucket.datastore.getBucket(bucketName, options),
  },
  bucketExists: {
    operation: 'bucketExists',
    scope: 'bucket-name',
    run: ({ bucket, bucketName, options }) => bucket.datastore.bucketExists(bucketName, options),
  },
  createBucket: {
    operation: 'createBucket',
    scope: 'bucket-name',
    run: ({ bucket, bucketName, options }) => bucket.datastore.createBucket(bucketName, options),
  },
  removeBucket: {
    operation: 'removeBucket',
    scope: 'bucket-name',
    run: ({ bucket, bucketName, options }) => bucket.datastore.removeBucket(bucketName, options),
  },
  list: { operation: 'list', scope: 'bucket', run: ({ bucket, options }) => bucket.list(options) },
  iterate: { operation: 'iterate', scope: 'bucket', run: ({ bucket, options }) => collect(bucket.iterate(options)) },
  listPage: { operation: 'listPage', scope: 'bucket', run: ({ bucket, options }) => bucket.listPage(options) },
  listFilename: { operation: 'listFilename', scope: 'bucket', run: ({ bucket, options }) => bucket.listFilename(options) },
  get: { operation: 'get', scope: 'key', run: ({ bucket, key, options }) => bucket.get(key, options) },
  fget: { operation: 'fget', scope: 'key', run: ({ bucket, key, folder, options }) => bucket.fget(key, join(folder, 'target'), options) },
  put: { operation: 'put', scope: 'key', run: ({ bucket, key, options }) => bucket.put(key, 'new', undefined, options) },
  fput: { operation: 'fput', scope: 'key', run: ({ bucket, key, folder, options }) => bucket.fput(key, join(folder, 'source'), options) },
  putRequest: {
    operation: 'putRequest',
    scope: 'key',
    run: ({ bucket, key, options = putRequestOptions }) => bucket.putRequest(unreachableUrl, key, options),
  },
  delete: { operation: 'delete', scope: 'key', run: ({ bucket, key, options }) => bucket.delete(key, options) },
  deleteMany: { operation: 'delete', scope: 'keys', run: ({ bucket, key, options }) => bucket.delete([key, 'other'], options) },
  stat: { operation: 'stat', scope: 'key', run: ({ bucket, key, options }) => bucket.stat(key, options) },
  statMany: { operation: 'stat', scope: 'keys', run: ({ bucket, key, options }) => bucket.stat([key, 'other'], options) },
  fcopyTo: { operation: 'fcopyTo', scope: 'key', run: ({ bucket, key, options }) => bucket.fcopyTo(bucket.name, key, 'source', options) },
  copy: { operation: 'copy', scope: 'key', run: ({ bucket, key, options }) => bucket.copy('source', key, options) },
  move: { operation: 'move', scope: 'key', run: ({ bucket, key, options }) => bucket.move(key, 'target', options) },
  deleteAll: {
    operation: 'deleteAll',
    scope: 'bucket',
    run: ({ bucket, options }) => bucket.deleteAll(withOptions({ prefix: 'unused/' }, options)),
  },
  copyAll: {
    operation: 'copyAll',
    scope: 'bucket',
    run: ({ bucket, options }) => bucket.copyAll(withOptions({ prefix: 'unused/', to: 'other/' }, options)),
  },
  keys: { operation: 'keys', scope: 'bucket', run: ({ bucket, options }) => collect(bucket.keys(options)) },
  objects: { operation: 'objects', scope: 'bucket', run: ({ bucket, options }) => collect(bucket.objects(options)) },
  exists: { operation: 'exists', scope: 'key', run: ({ bucket, key, options }) => bucket.exists(key, options) },
  tags: { operation: 'tags', scope: 'key', requires: 'tags', run: ({ bucket, key, options }) => bucket.tags(key, options) },
  setTags: {
    operation: 'setTags',
    scope: 'key',
    requires: 'tags',
    run: ({ bucket, key, options }) => bucket.setTags(key, { a: 'b' }, options),
  },
  removeTags: {
    operation: 'removeTags',
    scope: 'key',
    requires: 'tags',
    run: ({ bucket, key, options }) => bucket.removeTags(key, options),
  },
  presign: {
    operation: 'presign',
    scope: 'key',
    requires: 'presign',
    run: ({ bucket, key, options }) => bucket.presign(key, options),
  },
  versioning: {
    operation: 'versioning',
    scope: 'bucket',
    requires: 'versioning',
    run: ({ bucket, options }) => bucket.versioning(options),
  },
  setVersioning: {
    operation: 'setVersioning',
    scope: 'bucket',
    requires: 'versioning',
    run: ({ bucket, options }) => bucket.setVersioning('enabled', options),
  },
  listVersions: {
    operation: 'listVersions',
    scope: 'bucket',
    requires: 'versioning',
    run: ({ bucket, options }) => bucket.listVersions(options),
  },
  listVersionsPage: {
    operation: 'listVersionsPage',
    scope: 'bucket',
    requires: 'versioning',
    run: ({ bucket, options }) => bucket.listVersionsPage(options),
  },
  presignPost: {
    operation: 'presignPost',
    scope: 'key',
    requires: 'presign',
    run: ({ bucket, key, options }) => bucket.presignPost(withOptions({ key }, options)),
  },
  createUpload: {
    operation: 'createUpload',
    scope: 'key',
    requires: 'uploads',
    run: ({ bucket, key, options }) => bucket.createUpload(key, options),
  },
  listUploads: {
    operation: 'listUploads',
    scope: 'bucket',
    requires: 'uploads',
    run: ({ bucket, options }) => bucket.listUploads(options),
  },
  listUploadsPage: {
    operation: 'listUploadsPage',
    scope: 'bucket',
    requires: 'uploads',
    run: ({ bucket, options }) => bucket.listUploadsPage(options),
  },
} as const satisfies Readonly<Record<CallName, Call>>;

type Calls = typeof calls;

/** The calls of these scopes. */
export type CallNameIn<Scope extends Call['scope']> = {
  [Name in CallName]: Calls[Name]['scope'] extends Scope ? Name : never;
}[CallName];

/** The calls that need a capability as a whole, not for one of their options. */
export type OptionalCallName = {
  [Name in CallName]: Calls[Name] extends { readonly requires: OperationCapability } ? Name : never;
}[CallName];

/** Returns the names of the calls of a scope that a datastore supports. */
export function callsIn(scope: Call['scope'], { capabilities }: Datastore): CallName[] {
  return entriesOf(calls as Readonly<Record<CallName, Call>>)
    .filter(([, call]) => call.scope === scope && (call.requires === undefined || capabilities[call.requires]))
    .map(([name]) => name);
}

/** Returns the requirements of a case that makes a call. */
export function requirementsOf(name: CallName): readonly OperationCapability[] {
  const { requires }: Call = calls[name];
  return requires === undefined ? [] : [requires];
}

/** Adds the options of a case to required ones. Options that are not an object, which cases use as well, are passed as they are. */
function withOptions<Required extends object>(required: Required, options: CallOptions | undefined): Required & CallOptions {
  if (options === undefined) return required;
  return isPlainObject(options) ? { ...required, ...options } : (options as Required);
}

/** `Object.entries` with the type of the keys. */
export function entriesOf<Key extends string, Value>(record: Readonly<Record<Key, Value>>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}

/** Creates a temp folder with the file `source`, as {@link CallArguments} require. */
export async function createSourceFolder({ createTempFolder }: Fixture): Promise<string> {
  const folder = await createTempFolder();
  await writeFile(join(folder, 'source'), 'new');
  return folder;
}
