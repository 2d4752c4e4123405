import type { Content } from './content.js';

/** The handle that makes a call: one of two open handles on the same store, or one that was closed before the program started. */
export type Client = 'first' | 'second' | 'closed';

/** The index of the options among a method's arguments; 1 for methods not listed. */
const optionsIndexes: Readonly<Record<string, number>> = {
  iterate: 0,
  listPage: 0,
  listFilename: 0,
  listVersions: 0,
  versioning: 0,
  getBuckets: 0,
  fget: 2,
  fput: 2,
  putRequest: 2,
  setTags: 2,
  setVersioning: 1,
  listVersionsPage: 0,
  listUploads: 0,
  deleteAll: 0,
  copyAll: 0,
  copy: 2,
  move: 2,
  putPart: 2,
  copyPart: 2,
  listParts: 0,
  abort: 0,
  put: 3,
  fcopyTo: 3,
};

/** Returns the index of the options among the arguments of a call. */
export function optionsIndex({ method, bucket, args }: Call): number {
  if (method === 'list') return bucket === undefined && typeof args[0] === 'string' ? 1 : 0;
  if (method === 'put') return isPlainObject(args[2]) ? 2 : 3;
  return optionsIndexes[method] ?? 1;
}

/** How the body of a `get` is read. */
export type ReadMode =
  | { readonly as: 'bytes' | 'text' | 'arrayBuffer' | 'blob' | 'toNodeStream' | 'toWebStream' | 'cancel' }
  | { readonly as: 'stream'; readonly chunkSize: number }
  /** Keeps the open body in a slot, for a later `read` call. */
  | { readonly as: 'hold'; readonly slot: number };

/**
 * One call of the public API as plain data, so that it can be executed on any backend, evaluated by the model, shrunk and printed.
 * Arguments that depend on the backend or must be created per call are {@link Placeholder}s.
 */
export interface Call {
  readonly client: Client;
  /** The bucket name; undefined for a datastore method. */
  readonly bucket?: string;
  /** A method of `Datastore`, `Bucket` or `Upload` ({@link uploadMethods}), or `read`, which reads the body held in a slot. */
  readonly method: string;
  readonly args: readonly unknown[];
  /** Only for `get`. */
  readonly readMode?: ReadMode;
  /** Only for `presign`: the URL is requested, with this body if its method is `PUT`. */
  readonly request?: { readonly content: Content };
  /** Only for `listPage` and `listVersionsPage`: the slot in which to keep the position of the next page. */
  readonly tokenSlot?: number;
  /** The slot in which `createUpload` keeps its upload, or whose upload the method is called on. */
  readonly uploadSlot?: number;
}

/** The methods of `Upload`. */
export const uploadMethods: ReadonlySet<string> = new Set(['putPart', 'copyPart', 'listParts', 'complete', 'abort']);

/** The upload that a call uses while its slot is empty. */
export const missingUpload = { key: 'a', id: 'missing' } as const;

/** The object that a call reads or writes, or the source of a copy. */
export type ObjectRole = 'target' | 'source';

/** The object's ETag at the time of the call; {@link missingEtag} for a missing object. */
export interface EtagPlaceholder {
  readonly $: 'etag';
  readonly role: ObjectRole;
  readonly quoted: boolean;
}

/** The object's last-modified time plus an offset in milliseconds. */
export interface TimePlaceholder {
  readonly $: 'time';
  readonly role: ObjectRole;
  readonly offsetMs: number;
}

/** The data of a put, in one of the accepted forms. */
export interface BodyPlaceholder {
  readonly $: 'body';
  readonly content: Content;
  readonly form: 'string' | 'buffer' | 'view' | 'arrayBuffer' | 'blob' | 'nodeStream' | 'webStream' | 'asyncIterable' | 'iterable';
  /** Bytes per chunk, for forms that have chunks. */
  readonly chunkBytes: number;
  /**
   * What happens after the last chunk instead of a normal end: the source throws, aborts the call's signal, or yields something other than
   * bytes. Only for streams and async iterables; `yieldsNonBytes` only for async iterables.
   */
  readonly failure?: 'throws' | 'aborts' | 'yieldsNonBytes';
}

/** A signal that is already aborted, or the one that the call's body aborts. */
export interface SignalPlaceholder {
  readonly $: 'signal';
  readonly aborted: boolean;
}

/** The page token kept in a slot; an invalid token when the slot is empty. */
export interface TokenPlaceholder {
  readonly $: 'token';
  readonly slot: number;
}

/** A version of an object: that at an index of its history from newest to oldest, modulo its length. {@link missingVersion} if it is empty. */
export interface VersionPlaceholder {
  readonly $: 'version';
  readonly role: ObjectRole;
  readonly index: number;
  /** Overrides the key of the call. */
  readonly key?: string;
}

/** A version by the name that the model has for its id. Replaces {@link VersionPlaceholder} before the call is executed. */
export interface VersionIdPlaceholder {
  readonly $: 'versionId';
  readonly name: string;
  readonly bucket: string;
  readonly key: string;
  readonly index: number;
}

/** The position kept in a slot by `listVersionsPage`; undefined when the slot is empty. */
export interface MarkerPlaceholder {
  readonly $: 'marker';
  readonly slot: number;
}

/** The ETag of a part of the call's upload; {@link missingEtag} for a missing part. */
export interface PartEtagPlaceholder {
  readonly $: 'partEtag';
  readonly partNumber: number;
  readonly quoted: boolean;
}

/** A file in the program's temporary folder; `content` is written to it before the call. */
export interface FilePlaceholder {
  readonly $: 'file';
  readonly name: string;
  readonly content?: Content;
}

/** A `fetch` function that returns a fixed response. */
export interface FetchPlaceholder {
  readonly $: 'fetch';
  readonly status: number;
  readonly content: Content;
  readonly contentType?: string;
  /** The `content-length` header, when it differs from the actual length. */
  readonly contentLength?: number;
  /** The response body fails after its last byte. */
  readonly failure?: 'throws';
}

/** An argument that is created when the call is executed. */
export type Placeholder =
  | EtagPlaceholder
  | TimePlaceholder
  | VersionPlaceholder
  | VersionIdPlaceholder
  | BodyPlaceholder
  | SignalPlaceholder
  | TokenPlaceholder
  | MarkerPlaceholder
  | PartEtagPlaceholder
  | FilePlaceholder
  | FetchPlaceholder;

/** Returns whether a value is a placeholder, of one kind or of any. */
export function isPlaceholder<Kind extends Placeholder['$'] = Placeholder['$']>(
  value: unknown,
  kind?: Kind,
): value is Extract<Placeholder, { $: Kind }> {
  return typeof value === 'object' && value !== null && '$' in value && (kind === undefined || value.$ === kind);
}

/** Returns the bucket and key of an object that a call refers to. */
export function objectRef({ method, bucket, args }: Call, role: ObjectRole): { readonly bucket: string; readonly key: string } {
  if (method === 'fcopyTo' && role === 'target') return { bucket: String(args[0]), key: String(args[1]) };
  if ((method === 'copy' || method === 'move') && role === 'target')
    return { bucket: bucketOption(args[2]) ?? bucket ?? '', key: String(args[1]) };
  if (method === 'copyPart') return { bucket: bucketOption(args[2]) ?? bucket ?? '', key: String(args[1]) };
  return { bucket: bucket ?? '', key: String(args[method === 'fcopyTo' ? 2 : method === 'putRequest' ? 1 : 0]) };
}

function bucketOption(options: unknown): string | undefined {
  return isPlainObject(options) && typeof options['bucket'] === 'string' ? options['bucket'] : undefined;
}

/** The version used for a key without versions. */
export const missingVersion = '3e1a1c2e-0000-4000-8000-0123456789ab';

/** The ETag used for a missing object. No generated body has it. */
export const missingEtag = '00000000000000000000000000000000';

/** Returns the arguments with every placeholder replaced, at any depth. */
export function resolvePlaceholders(args: readonly unknown[], replace: (placeholder: Placeholder) => unknown): unknown[] {
  const resolve = (value: unknown): unknown => {
    if (isPlaceholder(value)) return replace(value);
    if (Array.isArray(value)) return value.map(resolve);
    if (!isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner)]));
  };
  return args.map(resolve);
}

/** Returns all placeholders in the arguments, at any depth. */
export function placeholdersIn(args: readonly unknown[]): Placeholder[] {
  const placeholders: Placeholder[] = [];
  resolvePlaceholders(args, (placeholder) => placeholders.push(placeholder));
  return placeholders;
}

/** Returns whether a value is an object literal, not an array or a class instance. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
