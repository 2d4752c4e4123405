import { isPlaceholder, isPlainObject } from '../calls/call.js';
import { isWellFormed } from './bytes.js';
import { isBoolean, isIntegerBetween, isNonEmptyString, isString } from './predicates.js';
import { SymbolicId } from './symbolic-id.js';

type Predicate = (value: unknown) => boolean;
type OptionRules = Readonly<Record<string, Predicate>>;

const validatedElsewhere: Predicate = () => true;
const isListFormat: Predicate = (value) => value === 'array' || value === 'str';
const isWellFormedString: Predicate = (value) => isString(value) && isWellFormed(value);
const isNative: Predicate = (value) =>
  isPlainObject(value) && Object.entries(value).every(([name, part]) => ['headers', 'query'].includes(name) && isPlainObject(part));

/** The options of methods that accept a signal only. */
export const signalOptions: OptionRules = { signal: (value) => isPlaceholder(value, 'signal') };

/** The options of `Datastore.list`. */
export const bucketListOptions: OptionRules = { ...signalOptions, returnType: isListFormat };

const isVersionId: Predicate = (value) => isNonEmptyString(value) || value instanceof SymbolicId;
const versioned: OptionRules = { ...signalOptions, versionId: isVersionId };
const sourceConditions: OptionRules = {
  sourceVersionId: isVersionId,
  sourceIfMatch: validatedElsewhere,
  sourceIfNoneMatch: validatedElsewhere,
  sourceIfModifiedSince: validatedElsewhere,
  sourceIfUnmodifiedSince: validatedElsewhere,
};
const conditions: OptionRules = { ifMatch: validatedElsewhere, ifNoneMatch: validatedElsewhere };
const headers: OptionRules = {
  ...signalOptions,
  contentType: validatedElsewhere,
  cacheControl: validatedElsewhere,
  contentDisposition: validatedElsewhere,
  contentEncoding: validatedElsewhere,
  contentLanguage: validatedElsewhere,
  expires: validatedElsewhere,
  metadata: validatedElsewhere,
  tags: validatedElsewhere,
};
const attributes: OptionRules = { ...headers, ...conditions, native: isNative };
const put: OptionRules = {
  ...attributes,
  checksum: validatedElsewhere,
  size: isIntegerBetween(0),
  maxSize: isIntegerBetween(0),
  contentMD5: isString,
  partSize: isIntegerBetween(5 * 2 ** 20, 5 * 2 ** 30),
  concurrency: isIntegerBetween(1, 64),
  progress: validatedElsewhere,
};
const get: OptionRules = {
  ...versioned,
  range: validatedElsewhere,
  partNumber: isIntegerBetween(1, 10_000),
  ifMatch: validatedElsewhere,
  ifNoneMatch: validatedElsewhere,
  ifModifiedSince: validatedElsewhere,
  ifUnmodifiedSince: validatedElsewhere,
  native: isNative,
};
const list: OptionRules = {
  ...signalOptions,
  metadata: isBoolean,
  recursive: isBoolean,
  prefix: isWellFormedString,
  startAfter: isWellFormedString,
  delimiter: (value) => isNonEmptyString(value) && isWellFormed(value),
  limit: isIntegerBetween(0),
};
const copy: OptionRules = { ...attributes, ...sourceConditions };
const { limit: _limit, ...listPage } = list;
const { metadata: _metadata, ...listFilename } = list;

/** The options of each method. Methods not listed accept a signal only. */
const optionsByMethod: Readonly<Record<string, OptionRules>> = {
  list,
  iterate: { ...list, pageSize: isIntegerBetween(1) },
  listPage: { ...listPage, pageSize: isIntegerBetween(1), token: validatedElsewhere },
  listFilename: { ...listFilename, returnType: isListFormat, contains: isString },
  get,
  fget: { ...get, progress: validatedElsewhere },
  put,
  fput: put,
  putRequest: { ...put, data: validatedElsewhere, method: isNonEmptyString, headers: isPlainObject, fetch: validatedElsewhere },
  delete: { ...versioned, ifMatch: validatedElsewhere },
  stat: { ...versioned, native: isNative },
  fcopyTo: copy,
  copy: { ...copy, bucket: validatedElsewhere },
  move: { ...copy, bucket: validatedElsewhere },
  deleteAll: { ...signalOptions, prefix: isWellFormedString, startAfter: isWellFormedString },
  copyAll: {
    ...signalOptions,
    prefix: isWellFormedString,
    to: isWellFormedString,
    bucket: validatedElsewhere,
    startAfter: isWellFormedString,
    concurrency: isIntegerBetween(1, 64),
  },
  createUpload: { ...headers, checksum: validatedElsewhere },
  listUploads: { ...signalOptions, prefix: isWellFormedString },
  putPart: { ...signalOptions, size: isIntegerBetween(0), contentMD5: isString, checksum: validatedElsewhere },
  copyPart: { ...signalOptions, ...sourceConditions, bucket: validatedElsewhere, range: validatedElsewhere },
  complete: { ...signalOptions, ...conditions },
  tags: versioned,
  setTags: versioned,
  removeTags: versioned,
  presign: {
    ...versioned,
    method: (value) => ['GET', 'HEAD', 'PUT', 'DELETE'].some((method) => method === value),
    expiresIn: isIntegerBetween(1, 604_800),
    contentType: validatedElsewhere,
    metadata: validatedElsewhere,
    response: isPlainObject,
  },
  listVersions: { ...signalOptions, prefix: isWellFormedString },
  listVersionsPage: {
    ...signalOptions,
    prefix: isWellFormedString,
    delimiter: list['delimiter'] ?? validatedElsewhere,
    after: validatedElsewhere,
    pageSize: isIntegerBetween(1),
  },
};

/** Returns the error codes of options with an unknown name or a value of the wrong type. */
export function optionErrors(method: string, options: unknown, rules: OptionRules = optionsByMethod[method] ?? signalOptions): string[] {
  if (options === undefined) return [];
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return ['InvalidArgument'];
  const hasInvalid = Object.entries(options).some(
    ([name, value]) => !Object.hasOwn(rules, name) || (value !== undefined && rules[name]?.(value) === false),
  );
  const { delimiter, recursive } = options as { delimiter?: unknown; recursive?: unknown };
  return hasInvalid || (delimiter !== undefined && recursive === true) ? ['InvalidArgument'] : [];
}
