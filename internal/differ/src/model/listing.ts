import { isPlaceholder, isPlainObject } from '../calls/call.js';
import { compareBytes, isWellFormed } from './bytes.js';
import { PartialListing, unspecified } from './expected-outcome.js';
import type { ModelRequest } from './model-request.js';
import type { ModelBucket, ModelEntry, VersionMarker } from './model-state.js';
import { SymbolicId } from './symbolic-id.js';

/** The options of a listing that select its entries. */
export interface ListQuery {
  readonly prefix: string;
  /** Empty for a recursive listing. */
  readonly delimiter: string;
  /** Empty to start with the first key. */
  readonly startAfter: string;
}

/** A key, or the common prefix of several keys. */
export interface ListEntry {
  readonly key: string;
  readonly isPrefix: boolean;
  /** All keys of the entry are below an object. */
  readonly isBelowObject: boolean;
}

/** Evaluates `list` and `iterate`. */
export function list(request: ModelRequest): unknown {
  request.checkOptions();
  request.throwIfInvalid();
  const { limit = Infinity } = request.options as { limit?: number };
  return partialListing(request, entriesOf(request, startAfterOption(request)), limit, (entry) => toResult(request, entry));
}

/** Evaluates `listPage`. */
export function listPage(request: ModelRequest): unknown {
  const { options, state, call } = request;
  const { token } = options;
  const kept = isPlaceholder(token, 'token') ? state.tokens.get(token.slot) : undefined;
  request.checkOptions();
  // A backend that omits keys ends its pages elsewhere, so where its tokens lead cannot be predicted.
  if (kept?.isUncertain === true && !request.supports('listsBelowObjects')) return unspecified;
  if (token !== undefined && kept?.startAfter === undefined) request.addErrorCodes(['InvalidArgument']);
  request.throwIfInvalid();
  const pageSize = Math.min((options['pageSize'] as number | undefined) ?? 1000, 1000);
  const all = entriesOf(request, kept?.startAfter ?? startAfterOption(request));
  const page = all.slice(0, pageSize);
  const slot = call.tokenSlot;
  const isUncertain = kept?.isUncertain === true || all.some(({ isBelowObject }) => isBelowObject);
  const next = { startAfter: all.length > pageSize ? page.at(-1)?.key : undefined, isUncertain };
  if (slot !== undefined) request.effects.push(() => state.tokens.set(slot, next));
  const entries = partialListing(request, all, pageSize, (entry) => toResult(request, entry));
  if (entries instanceof PartialListing) return entries;
  return all.length > pageSize ? { entries, nextToken: 'a token' } : { entries };
}

/** Evaluates `listFilename`. */
export function listFilename(request: ModelRequest): unknown {
  const { contains = '', returnType, limit = Infinity } = request.options as { contains?: string; returnType?: string; limit?: number };
  request.checkOptions();
  request.throwIfInvalid();
  const all = entriesOf(request, startAfterOption(request)).filter(({ key }) => key.includes(contains));
  const keys = partialListing(request, all, limit, ({ key }) => key);
  if (returnType !== 'str') return keys;
  return Array.isArray(keys) ? keys.join(',') : unspecified;
}

/** Evaluates `listVersions`. */
export function listVersions(request: ModelRequest): unknown {
  request.checkOptions();
  request.requireCapability('versioning', '');
  request.throwIfInvalid();
  const { prefix = '' } = request.options as { prefix?: string };
  return partialListing(request, versionsOf(request.objects(), prefix, ''), Infinity, ({ entry }) => entry);
}

/** Evaluates `listVersionsPage`. */
export function listVersionsPage(request: ModelRequest): unknown {
  const { options, state, call } = request;
  const { prefix = '', delimiter = '' } = options as { prefix?: string; delimiter?: string };
  const { after: given } = options;
  const kept = isPlaceholder(given, 'marker') ? state.markers.get(given.slot) : undefined;
  const after = isPlaceholder(given, 'marker') ? kept?.next : given;
  request.checkOptions();
  request.requireCapability('versioning', '');
  if (after !== undefined && !isMarker(after)) request.addErrorCodes(['InvalidArgument']);
  request.throwIfInvalid();
  const pageSize = Math.min((options['pageSize'] as number | undefined) ?? 1000, 1000);
  const everything = versionsOf(request.objects(), prefix, delimiter);
  // A backend that omits keys ends its pages elsewhere, so where its markers lead cannot be predicted.
  const isUncertain = kept?.isUncertain === true || everything.some(({ isBelowObject }) => isBelowObject);
  if (isUncertain && given !== undefined && !request.supports('listsBelowObjects')) return unspecified;
  const all = isMarker(after) ? entriesAfter(everything, after) : everything;
  if (all.length === pageSize) request.minioDeviations.add('a full last page of versions may be followed by an empty one');
  const page = all.slice(0, pageSize);
  const last = all.length > pageSize ? page.at(-1) : undefined;
  const next: VersionMarker | undefined = last && { key: last.key, ...(last.id === undefined ? {} : { versionId: last.id }) };
  const slot = call.tokenSlot;
  if (slot !== undefined) request.effects.push(() => state.markers.set(slot, { next, isUncertain }));
  const entries = partialListing(request, all, pageSize, ({ entry }) => entry);
  if (entries instanceof PartialListing) return entries;
  return next === undefined ? { entries } : { entries, next };
}

/** Evaluates `versioning`. */
export function versioning(request: ModelRequest): unknown {
  request.checkOptions();
  request.requireCapability('versioning', '');
  request.throwIfInvalid();
  return request.objects().versioning;
}

/** Evaluates `setVersioning`. */
export function setVersioning(request: ModelRequest): unknown {
  const [state] = request.args;
  request.checkOptions();
  if (state !== 'enabled' && state !== 'suspended') request.addErrorCodes(['InvalidArgument']);
  request.requireCapability('versioning', '');
  request.throwIfInvalid();
  const bucket = request.objects();
  request.effects.push(() => (bucket.versioning = state as ModelBucket['versioning']));
  return undefined;
}

/** An entry of a listing of versions, as it is returned. */
interface VersionListEntry {
  readonly key: string;
  /** Undefined for a common prefix. */
  readonly id: SymbolicId | 'null' | undefined;
  readonly isBelowObject: boolean;
  readonly entry: unknown;
}

function versionsOf(bucket: ModelBucket, prefix: string, delimiter: string): VersionListEntry[] {
  return listEntries(bucket.allKeys(), { prefix, delimiter, startAfter: '' }).flatMap(
    ({ key, isPrefix, isBelowObject }): VersionListEntry[] => {
      if (isPrefix) return [{ key, id: undefined, isBelowObject, entry: { key, isPrefix: true } }];
      return bucket.history(key).map((one, index) => {
        const id = one.id ?? ('null' as const);
        return { key, id, isBelowObject, entry: toVersion(key, one, index === 0) };
      });
    },
  );
}

function toVersion(key: string, { id, object, lastModified }: ModelEntry, isLatest: boolean): unknown {
  const { bytes, etag = '' } = object ?? {};
  const isDeleteMarker = object === undefined;
  return { key, versionId: id ?? 'null', isLatest, isDeleteMarker, size: bytes?.length ?? 0, etag, lastModified };
}

/** Returns the entries after a position. All versions of its key, if the key does not have its version. */
function entriesAfter(all: readonly VersionListEntry[], { key, versionId }: VersionMarker): VersionListEntry[] {
  const index = versionId === undefined ? -1 : all.findIndex((one) => one.key === key && one.id === versionId);
  if (index >= 0) return all.slice(index + 1);
  return all.filter((one) => compareBytes(one.key, key) >= (versionId === undefined ? 1 : 0));
}

function isMarker(value: unknown): value is VersionMarker {
  if (!isPlainObject(value) || typeof value['key'] !== 'string' || !isWellFormed(value['key'])) return false;
  const { versionId } = value;
  if (Object.keys(value).some((name) => !['key', 'versionId'].includes(name))) return false;
  return versionId === undefined || versionId instanceof SymbolicId || (typeof versionId === 'string' && versionId !== '');
}

/**
 * Lists some keys.
 * @param occupied the keys that may hide keys below them; also those with older versions or delete markers.
 */
export function listEntries(
  keys: readonly string[],
  { prefix, delimiter, startAfter }: ListQuery,
  occupied: readonly string[] = keys,
): ListEntry[] {
  const all = new Map<string, ListEntry>();
  const hidden = keysBelowObjects(keys, occupied);
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : key.slice(prefix.length).indexOf(delimiter);
    const name = cut < 0 ? key : key.slice(0, prefix.length + cut + delimiter.length);
    if (startAfter === '' || compareBytes(name, startAfter) > 0) {
      all.set(name, { key: name, isPrefix: cut >= 0, isBelowObject: hidden.has(key) && all.get(name)?.isBelowObject !== false });
    }
  }
  return Array.from(all.values()).sort((a, b) => compareBytes(a.key, b.key));
}

/** Returns the keys below an object, which some servers do not list: `a/b` while there is an object `a`. */
function keysBelowObjects(keys: readonly string[], occupied: readonly string[]): ReadonlySet<string> {
  const present = new Set(occupied);
  const isBelowObject = (key: string) => {
    for (let slash = key.indexOf('/'); slash >= 0 && slash < key.length - 1; slash = key.indexOf('/', slash + 1)) {
      if (present.has(key.slice(0, slash))) return true;
    }
    return false;
  };
  return new Set(keys.filter(isBelowObject));
}

function entriesOf(request: ModelRequest, startAfter: string): ListEntry[] {
  const { prefix = '', delimiter, recursive = true } = request.options as { prefix?: string; delimiter?: string; recursive?: boolean };
  const bucket = request.objects();
  const query = { prefix, delimiter: delimiter ?? (recursive ? '' : '/'), startAfter };
  const entries = listEntries(bucket.keys(), query, bucket.allKeys());
  const names = new Set(entries.map(({ key }) => key));
  if (listEntries(bucket.allKeys(), query).some(({ key, isPrefix }) => isPrefix && !names.has(key)))
    request.minioDeviations.add('listings show common prefixes of deleted keys only');
  return entries;
}

function toResult(request: ModelRequest, { key, isPrefix }: ListEntry): unknown {
  if (isPrefix) return { key, isPrefix: true };
  const { metadata: withMetadata = true } = request.options as { metadata?: boolean };
  const { bytes, etag, lastModified, headers, metadata } = request.object(key);
  const summary = { key, size: bytes.length, etag, lastModified };
  return withMetadata ? { ...summary, contentType: headers.contentType, metadata } : summary;
}

/** Returns the first entries; a {@link PartialListing} for a backend that may omit some of them. */
function partialListing<Entry extends { readonly isBelowObject: boolean }>(
  request: ModelRequest,
  all: readonly Entry[],
  limit: number,
  toItem: (entry: Entry) => unknown,
): unknown[] | PartialListing {
  const isOptional = all.map(({ isBelowObject }) => isBelowObject);
  if (!isOptional.includes(true) || request.supports('listsBelowObjects')) return all.slice(0, limit).map(toItem);
  return new PartialListing(all.map(toItem), isOptional, limit);
}

function startAfterOption({ options }: ModelRequest): string {
  return (options['startAfter'] as string | undefined) ?? '';
}
