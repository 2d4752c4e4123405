import type { IterateOptions, ListFilenameOptions, ListOptions, PageOptions } from '../api/options.js';
import type { ListPage } from '../api/results.js';
import type { CommonPrefix, ListedObject, ObjectSummary } from '../api/object-info.js';
import type { DriverPage } from '../driver/calls.js';
import { invalidArgument } from '../api/errors.js';
import { keyOfToken, maxPageSize, pageToken } from '../rules/listing.js';
import { compareKeys } from '../rules/order.js';
import {
  checkOptions,
  requireBoolean,
  requireListFormat,
  requireSignal,
  requireString,
  requireNonEmptyString,
  requireInteger,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { Target } from './target.js';

type Entry = ObjectSummary | ListedObject | CommonPrefix;
type AnyList = ListOptions & IterateOptions;

const isCount = requireInteger(0, Number.MAX_SAFE_INTEGER);
const listChecks: OptionChecks<ListOptions> = {
  signal: requireSignal,
  metadata: requireBoolean,
  recursive: requireBoolean,
  prefix: isPrefix,
  startAfter: isPrefix,
  delimiter: isDelimiter,
  limit: isCount,
};
const iterateChecks: OptionChecks<AnyList> = { ...listChecks, pageSize: requireInteger(1, Number.MAX_SAFE_INTEGER) };
const pageChecks: OptionChecks<ListOptions & PageOptions> = { ...iterateChecks, limit: isAbsent, token: requireString };
const { metadata: _metadata, ...withoutMetadata } = listChecks;
const filenameChecks = { ...withoutMetadata, returnType: requireListFormat, contains: requireString };

/** `list`: every page, in one array. */
export async function listObjects(target: Target, options: ListOptions | undefined): Promise<Entry[]> {
  return target.run('list', undefined, options, async () => {
    const entries: Entry[] = [];
    for await (const page of pages(target, checkListOptions(options, listChecks))) entries.push(...page);
    return entries;
  });
}

/** `iterate`: a page is read when the one before has been consumed. */
export async function* iterateObjects(target: Target, options: AnyList | undefined): AsyncGenerator<Entry, void, undefined> {
  const open = async (): Promise<AnyList> => checkListOptions(options, iterateChecks);
  const checked = await target.run('iterate', undefined, options, open);
  const iterator = pages(target, checked);
  for (;;) {
    const next = await target.run('iterate', undefined, options, () => iterator.next());
    if (next.done === true) return;
    for (const entry of next.value) {
      checked.signal?.throwIfAborted();
      yield entry;
    }
  }
}

/** `listPage`: one page, and the token behind it. */
export async function listPage(target: Target, options: (ListOptions & PageOptions) | undefined): Promise<ListPage<Entry>> {
  return target.run('listPage', undefined, options, async () => {
    const { token, ...rest } = checkListOptions(options, pageChecks);
    const startAfter = token === undefined ? rest.startAfter : keyOfToken(token);
    const { entries, truncated } = await onePage(target, { ...rest, startAfter }, pageSizeOf(rest));
    const last = entries.at(-1);
    return truncated && last !== undefined ? { entries, nextToken: pageToken(last.key) } : { entries };
  });
}

/** `listFilename`: the keys alone. */
export async function listFilenames(target: Target, options: ListFilenameOptions | undefined): Promise<string | string[]> {
  return target.run('listFilename', undefined, options, async () => {
    const { returnType, contains = '', limit = Infinity, ...rest } = checkListOptions<ListFilenameOptions>(options, filenameChecks);
    const keys: string[] = [];
    for await (const page of pages(target, { ...rest, metadata: false })) {
      for (const { key } of page) if (keys.length < limit && key.includes(contains)) keys.push(key);
      if (keys.length >= limit) break;
    }
    return returnType === 'str' ? keys.join(',') : keys;
  });
}

async function* pages(target: Target, options: AnyList): AsyncGenerator<Entry[], void, undefined> {
  let left = options.limit ?? Infinity;
  let startAfter = options.startAfter;
  // With nothing wanted, one entry is still asked for: a missing bucket must not pass.
  for (;;) {
    const { entries, truncated } = await onePage(target, { ...options, startAfter }, Math.max(1, Math.min(left, pageSizeOf(options))));
    yield left === 0 ? [] : entries;
    left -= entries.length;
    startAfter = entries.at(-1)?.key;
    if (!truncated || left <= 0) return;
  }
}

async function onePage(target: Target, options: ListOptions, maxKeys: number): Promise<DriverPage> {
  const { metadata = true, recursive = true, prefix = '', startAfter = '', delimiter = recursive ? '' : '/', signal } = options;
  const page = await target.driver.listObjects({ prefix, delimiter, startAfter, maxKeys, metadata, signal });
  if (page.truncated && !goesOn(page.entries.at(-1)?.key, startAfter))
    throw new TypeError('the driver says that more follows, but the page does not go beyond where it began');
  return page;
}

/** Without this a driver's mistake would be a listing without end. A folder that holds `startAfter` is listed, and ends before it. */
function goesOn(last: string | undefined, startAfter: string): boolean {
  if (last === undefined || last === startAfter) return false;
  return compareKeys(last, startAfter) > 0 || startAfter.startsWith(last);
}

function pageSizeOf({ pageSize = maxPageSize }: IterateOptions): number {
  return Math.min(pageSize, maxPageSize);
}

function checkListOptions<Options extends ListOptions | ListFilenameOptions>(
  options: Options | undefined,
  checks: OptionChecks<Options>,
): Options {
  const checked = checkOptions(options, checks);
  if (checked.delimiter !== undefined && checked.recursive === true)
    throw invalidArgument('`delimiter` folds keys, `recursive: true` asks not to: give one');
  return checked;
}

function isDelimiter(value: unknown, name: string): void {
  requireNonEmptyString(value, name);
  isPrefix(value, name);
}

function isAbsent(_value: unknown, name: string): void {
  throw invalidArgument(`\`${name}\` is not for one page: that is as long as \`pageSize\` says`);
}

function isPrefix(value: unknown, name: string): void {
  requireString(value, name);
  if (!(value as string).isWellFormed()) throw invalidArgument(`\`${name}\` holds a lone surrogate, which no key does`);
}
