import type { Content } from './content.js';

/** One of two handles on the same store, or one that was closed before the program began. */
export type Client = 'first' | 'second' | 'closed';

/** Where the options stand among a method's arguments; 1 for those that aren't named. */
const optionPositions: Readonly<Record<string, number>> = {
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
  presign: 2,
  put: 3,
  fcopyTo: 3,
};

/** Where the options stand among the arguments of a call. */
export function optionsIndex({ method, bucket, args }: Call): number {
  if (method === 'list') return bucket === undefined && typeof args[0] === 'string' ? 1 : 0;
  if (method === 'put') return isPlainObject(args[2]) ? 2 : 3;
  return optionPositions[method] ?? 1;
}

/** How a body is read that `get` has opened. */
export type Reading =
  | { readonly as: 'bytes' | 'text' | 'arrayBuffer' | 'blob' | 'toNodeStream' | 'toWebStream' | 'cancel' }
  | { readonly as: 'stream'; readonly chunkSize: number }
  /** Kept unread, for a later `read` of the slot. */
  | { readonly as: 'hold'; readonly slot: number };

/**
 * One call of the public API as plain data, so that it can be made on any backend, answered by the model, shrunk and printed.
 * What differs from backend to backend, or is made anew for each call, stands in the arguments as a {@link Leaf}.
 */
export interface Call {
  readonly client: Client;
  /** The bucket's name; absent for a method of the datastore. */
  readonly bucket?: string;
  /** A method of `Datastore` or `Bucket`, or `read` of a slot. */
  readonly method: string;
  readonly args: readonly unknown[];
  /** Of `get` alone. */
  readonly reading?: Reading;
  /** Of `listPage` alone: keeps the token that it gives. */
  readonly keepToken?: number;
}

/** The object that a call is about, or that it copies from. */
export type Role = 'target' | 'source';

/** The ETag that an object has when the call is made; of no object, one that no body here has. */
export interface EtagLeaf {
  readonly $: 'etag';
  readonly of: Role;
  readonly quoted: boolean;
}

/** The time of an object's last change, and so many milliseconds. */
export interface TimeLeaf {
  readonly $: 'time';
  readonly of: Role;
  readonly offset: number;
}

/** The data of a put, in one of the forms that it takes. */
export interface BodyLeaf {
  readonly $: 'body';
  readonly content: Content;
  readonly form: 'string' | 'buffer' | 'view' | 'arrayBuffer' | 'blob' | 'nodeStream' | 'webStream' | 'asyncIterable' | 'iterable';
  /** Bytes a chunk, where the form has chunks. */
  readonly chunk: number;
  /** What happens behind the last chunk instead of the end. Only for the streams, and the async iterable; `junk` for that alone. */
  readonly ends?: 'throws' | 'aborts' | 'junk';
}

/** A signal: aborted already, or one that the call's body aborts. */
export interface SignalLeaf {
  readonly $: 'signal';
  readonly aborted: boolean;
}

/** The token that a page has left in a slot; of an empty slot, one that no page gave. */
export interface TokenLeaf {
  readonly $: 'token';
  readonly slot: number;
}

/** A file in the program's own folder; `content` is written to it before the call. */
export interface FileLeaf {
  readonly $: 'file';
  readonly name: string;
  readonly content?: Content;
}

/** A `fetch` that answers so. */
export interface FetchLeaf {
  readonly $: 'fetch';
  readonly status: number;
  readonly content: Content;
  readonly contentType?: string;
  /** What the answer declares, when that is not its true length. */
  readonly contentLength?: number;
  /** Breaks off behind the last byte. */
  readonly ends?: 'throws';
}

/** An argument that is made when the call is. */
export type Leaf = EtagLeaf | TimeLeaf | BodyLeaf | SignalLeaf | TokenLeaf | FileLeaf | FetchLeaf;

/** Tells a leaf of any or of one kind from plain data. */
export function isLeaf<Kind extends Leaf['$'] = Leaf['$']>(value: unknown, kind?: Kind): value is Extract<Leaf, { $: Kind }> {
  return typeof value === 'object' && value !== null && '$' in value && (kind === undefined || value.$ === kind);
}

/** Bucket and key of the object that a leaf is about. */
export function objectOf({ method, bucket, args }: Call, of: Role): { readonly bucket: string; readonly key: string } {
  if (method === 'fcopyTo' && of === 'target') return { bucket: String(args[0]), key: String(args[1]) };
  return { bucket: bucket ?? '', key: String(args[method === 'fcopyTo' ? 2 : method === 'putRequest' ? 1 : 0]) };
}

/** The ETag that stands for that of a missing object. */
export const noEtag = '00000000000000000000000000000000';

/** The arguments with every leaf replaced, at any depth. */
export function resolveLeaves(args: readonly unknown[], replace: (leaf: Leaf) => unknown): unknown[] {
  const resolve = (value: unknown): unknown => {
    if (isLeaf(value)) return replace(value);
    if (Array.isArray(value)) return value.map(resolve);
    if (!isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, resolve(inner)]));
  };
  return args.map(resolve);
}

/** All leaves of the arguments. */
export function leavesOf(args: readonly unknown[]): Leaf[] {
  const leaves: Leaf[] = [];
  resolveLeaves(args, (leaf) => leaves.push(leaf));
  return leaves;
}

/** Tells an object of named values from those of a class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
