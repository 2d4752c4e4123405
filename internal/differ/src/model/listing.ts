import { isPlaceholder } from '../calls/call.js';
import { compareBytes } from './bytes.js';
import { PartialListing, unspecified } from './expected-outcome.js';
import { fail } from './failure.js';
import type { ModelRequest } from './model-request.js';

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
  return expectedListing(request, entriesOf(request, startAfterOption(request)), limit, (entry) => toResult(request, entry));
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
  const entries = expectedListing(request, all, pageSize, (entry) => toResult(request, entry));
  if (entries instanceof PartialListing) return entries;
  return all.length > pageSize ? { entries, nextToken: 'a token' } : { entries };
}

/** Evaluates `listFilename`. */
export function listFilename(request: ModelRequest): unknown {
  const { contains = '', returnType, limit = Infinity } = request.options as { contains?: string; returnType?: string; limit?: number };
  request.checkOptions();
  request.throwIfInvalid();
  const all = entriesOf(request, startAfterOption(request)).filter(({ key }) => key.includes(contains));
  const keys = expectedListing(request, all, limit, ({ key }) => key);
  if (returnType !== 'str') return keys;
  return Array.isArray(keys) ? keys.join(',') : unspecified;
}

/** Evaluates `listVersions` of a bucket that was never versioned: each object is its own `null` version. */
export function listVersions(request: ModelRequest): unknown {
  request.checkOptions();
  request.requireCapability('versioning', '');
  request.throwIfInvalid();
  const { prefix = '' } = request.options as { prefix?: string };
  const all = listEntries(Array.from(request.objects().keys()), { prefix, delimiter: '', startAfter: '' });
  return expectedListing(request, all, Infinity, ({ key }) => {
    const { bytes, etag, lastModified } = request.object(key);
    return { key, versionId: 'null', isLatest: true, isDeleteMarker: false, size: bytes.length, etag, lastModified };
  });
}

/** Evaluates `versioning` of a bucket that was never versioned. */
export function versioning(request: ModelRequest): unknown {
  request.checkOptions();
  request.requireCapability('versioning', '');
  request.throwIfInvalid();
  request.objects();
  return 'off';
}

/** Evaluates `setVersioning`, which is generated with invalid states only, because the model has no versions. */
export function setVersioning(): unknown {
  return fail('InvalidArgument');
}

/** Lists some keys. */
export function listEntries(keys: readonly string[], { prefix, delimiter, startAfter }: ListQuery): ListEntry[] {
  const all = new Map<string, ListEntry>();
  const hidden = keysBelowObjects(keys);
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
function keysBelowObjects(keys: readonly string[]): ReadonlySet<string> {
  const present = new Set(keys);
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
  return listEntries(Array.from(request.objects().keys()), { prefix, delimiter: delimiter ?? (recursive ? '' : '/'), startAfter });
}

function toResult(request: ModelRequest, { key, isPrefix }: ListEntry): unknown {
  if (isPrefix) return { key, isPrefix: true };
  const { metadata: withMetadata = true } = request.options as { metadata?: boolean };
  const { bytes, etag, lastModified, headers, metadata } = request.object(key);
  const summary = { key, size: bytes.length, etag, lastModified };
  return withMetadata ? { ...summary, contentType: headers.contentType, metadata } : summary;
}

/** Returns the first entries; a {@link PartialListing} for a backend that may omit some of them. */
function expectedListing(
  request: ModelRequest,
  all: readonly ListEntry[],
  limit: number,
  toItem: (entry: ListEntry) => unknown,
): unknown[] | PartialListing {
  const isOptional = all.map(({ isBelowObject }) => isBelowObject);
  if (!isOptional.includes(true) || request.supports('listsBelowObjects')) return all.slice(0, limit).map(toItem);
  return new PartialListing(all.map(toItem), isOptional, limit);
}

function startAfterOption({ options }: ModelRequest): string {
  return (options['startAfter'] as string | undefined) ?? '';
}
