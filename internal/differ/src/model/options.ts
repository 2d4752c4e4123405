import { isLeaf } from '../calls/call.js';
import { isUnicode } from './bytes.js';
import { isFlag, isObject, isSomeText, isText, isWhole } from './kinds.js';

type Rule = (value: unknown) => boolean;
type Rules = Readonly<Record<string, Rule>>;

const any: Rule = () => true;
const isListFormat: Rule = (value) => value === 'array' || value === 'str';
const isUnicodeText: Rule = (value) => isText(value) && isUnicode(value);
const isNative: Rule = (value) =>
  isObject(value) && Object.entries(value).every(([name, part]) => ['headers', 'query'].includes(name) && isObject(part));

const call: Rules = { signal: (value) => isLeaf(value, 'signal') };
const versioned: Rules = { ...call, versionId: isSomeText };
const attributes: Rules = {
  ...call,
  contentType: any,
  cacheControl: any,
  contentDisposition: any,
  contentEncoding: any,
  contentLanguage: any,
  expires: any,
  metadata: any,
  tags: any,
  ifMatch: any,
  ifNoneMatch: any,
  native: isNative,
};
const put: Rules = {
  ...attributes,
  contentMD5: isText,
  partSize: isWhole(5 * 2 ** 20, 5 * 2 ** 30),
  concurrency: isWhole(1, 64),
  progress: any,
};
const get: Rules = {
  ...versioned,
  range: any,
  ifMatch: any,
  ifNoneMatch: any,
  ifModifiedSince: any,
  ifUnmodifiedSince: any,
  native: isNative,
};
const list: Rules = {
  ...call,
  metadata: isFlag,
  recursive: isFlag,
  prefix: isUnicodeText,
  startAfter: isUnicodeText,
  delimiter: (value) => isSomeText(value) && isUnicode(value),
  limit: isWhole(0),
};
const { limit: _limit, ...page } = list;
const { metadata: _metadata, ...names } = list;

/** The options of each method, each with what it may be. What has a rule of its own elsewhere may be anything here. */
const known: Readonly<Record<string, Rules>> = {
  list,
  iterate: { ...list, pageSize: isWhole(1) },
  listPage: { ...page, pageSize: isWhole(1), token: any },
  listFilename: { ...names, returnType: isListFormat, contains: isText },
  get,
  fget: { ...get, progress: any },
  put,
  fput: put,
  putRequest: { ...put, data: any, method: isSomeText, headers: isObject, fetch: any },
  delete: { ...versioned, ifMatch: any },
  stat: { ...versioned, native: isNative },
  fcopyTo: {
    ...attributes,
    sourceVersionId: isSomeText,
    sourceIfMatch: any,
    sourceIfNoneMatch: any,
    sourceIfModifiedSince: any,
    sourceIfUnmodifiedSince: any,
  },
  tags: versioned,
  setTags: versioned,
  removeTags: versioned,
  presign: { ...versioned, expiresIn: isWhole(1, 604_800), contentType: any },
  listVersions: { ...call, prefix: isText },
};

/** What is wrong with the options of a method by their names and types. */
export function optionCodes(method: string, options: unknown, rules: Rules = known[method] ?? call): string[] {
  if (options === undefined) return [];
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return ['InvalidArgument'];
  const wrong = Object.entries(options).some(
    ([name, value]) => !Object.hasOwn(rules, name) || (value !== undefined && rules[name]?.(value) === false),
  );
  const { delimiter, recursive } = options as { delimiter?: unknown; recursive?: unknown };
  return wrong || (delimiter !== undefined && recursive === true) ? ['InvalidArgument'] : [];
}

/** The options of the methods that take a signal alone, or a signal and how names come back. */
export const bucketListRules: Rules = { ...call, returnType: isListFormat };
export const signalRules: Rules = call;
export const batchRules: Rules = call;
