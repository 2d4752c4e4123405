import type { IterateOptions, KeysOptions, ListFilenameOptions, ListOptions, PageOptions } from '../api/options.js';
import type { ListPage } from '../api/results.js';
import type { CommonPrefix, ListedObject, ObjectSummary } from '../api/object-info.js';
import type { DriverPage, ListCall } from '../driver/calls.js';
import { invalidArgument } from '../api/errors.js';
import { keyOfToken, maxPageSize, pageToken } from '../rules/listing.js';
import { compareKeys } from '../rules/key-order.js';
import {
  checkOptions,
  requireBoolean,
  requireListFormat,
  requireSignal,
  requireString,
  requireDelimiter,
  requireInteger,
  requireWellFormed,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

type Entry = ObjectSummary | ListedObject | CommonPrefix;
type AnyListOptions = ListOptions & IterateOptions & Pick<ListCall, 'keysOnly' | 'details'>;
/** The options of {@link listDetailedPage}, which are those of `Bucket.listPage`. */
export type DetailedPageOptions = Omit<ListOptions & PageOptions, 'token'>;

const requireCount = requireInteger(0, Number.MAX_SAFE_INTEGER);
const listChecks: OptionChecks<ListOptions> = {
  signal: requireSignal,
  metadata: requireBoolean,
  recursive: requireBoolean,
  prefix: requireWellFormed,
  startAfter: requireWellFormed,
  delimiter: requireDelimiter,
  limit: requireCount,
};
const iterateChecks: OptionChecks<ListOptions & IterateOptions> = { ...listChecks, pageSize: requireInteger(1, Number.MAX_SAFE_INTEGER) };
const pageChecks: OptionChecks<ListOptions & PageOptions> = { ...iterateChecks, limit: rejectLimit, token: requireString };
const { metadata: _metadata, ...withoutMetadata } = listChecks;
const keysChecks: OptionChecks<KeysOptions> = {
  signal: requireSignal,
  prefix: requireWellFormed,
  startAfter: requireWellFormed,
  limit: requireCount,
};
const filenameChecks = { ...withoutMetadata, returnType: requireListFormat, contains: requireString };

/** Returns the entries of all pages. */
export async function listObjects(bucket: BucketContext, options: ListOptions | undefined): Promise<Entry[]> {
  return bucket.run('list', undefined, options, async () => {
    const entries: Entry[] = [];
    for await (const page of pagesOf(bucket, checkListOptions(options, listChecks))) entries.push(...page);
    return entries;
  });
}

/** Yields the entries of all pages. Requests a page when the previous one is consumed. */
export async function* iterateObjects(bucket: BucketContext, options: AnyListOptions | undefined): AsyncGenerator<Entry, void, undefined> {
  const validate = async (): Promise<AnyListOptions> => checkListOptions(options, iterateChecks);
  yield* entriesOf(bucket, 'iterate', await bucket.run('iterate', undefined, options, validate));
}

/** Yields the keys of all pages. */
export async function* iterateKeys(bucket: BucketContext, options: KeysOptions | undefined): AsyncGenerator<string, void, undefined> {
  const valid = await bucket.run('keys', undefined, options, async () => checkOptions(options, keysChecks));
  for await (const { key } of entriesOf(bucket, 'keys', { ...valid, metadata: false, keysOnly: true })) yield key;
}

/** Yields the entries of all pages without metadata. */
export async function* iterateSummaries(bucket: BucketContext, options: KeysOptions | undefined): AsyncGenerator<Entry, void, undefined> {
  const valid = await bucket.run('objects', undefined, options, async () => checkOptions(options, keysChecks));
  yield* entriesOf(bucket, 'objects', { ...valid, metadata: false });
}

/** Returns one page and the token of the next page. */
export async function listPage(bucket: BucketContext, options: (ListOptions & PageOptions) | undefined): Promise<ListPage<Entry>> {
  return bucket.run('listPage', undefined, options, async () => {
    const { token, ...rest } = checkListOptions(options, pageChecks);
    const startAfter = token === undefined ? rest.startAfter : keyOfToken(token);
    const { entries, truncated } = await requestPage(bucket, { ...rest, startAfter }, pageSizeOf(rest), token === undefined);
    const last = entries.at(-1);
    return truncated && last !== undefined ? { entries, nextToken: pageToken(last.key) } : { entries };
  });
}

/** Returns one page with the details of its entries. */
export async function listDetailedPage(bucket: BucketContext, options: DetailedPageOptions): Promise<DriverPage> {
  return bucket.run('listPage', undefined, options, async () => {
    const valid = checkListOptions(options, pageChecks);
    return requestPage(bucket, { ...valid, details: true }, pageSizeOf(valid), true);
  });
}

/** Returns the keys of the entries of all pages. */
export async function listFilenames(bucket: BucketContext, options: ListFilenameOptions | undefined): Promise<string | string[]> {
  return bucket.run('listFilename', undefined, options, async () => {
    const { returnType, contains = '', limit = Infinity, ...rest } = checkListOptions<ListFilenameOptions>(options, filenameChecks);
    const keys: string[] = [];
    for await (const page of pagesOf(bucket, { ...rest, metadata: false, keysOnly: true })) {
      for (const { key } of page) if (keys.length < limit && key.includes(contains)) keys.push(key);
      if (keys.length >= limit) break;
    }
    return returnType === 'str' ? keys.join(',') : keys;
  });
}

async function* entriesOf(bucket: BucketContext, operation: string, options: AnyListOptions): AsyncGenerator<Entry, void, undefined> {
  const iterator = pagesOf(bucket, options);
  for (;;) {
    const next = await bucket.run(operation, undefined, options, () => iterator.next());
    if (next.done === true) return;
    for (const entry of next.value) {
      options.signal?.throwIfAborted();
      yield entry;
    }
  }
}

/** Yields the entries page by page. */
export async function* pagesOf(bucket: BucketContext, options: AnyListOptions): AsyncGenerator<Entry[], void, undefined> {
  let remaining = options.limit ?? Infinity;
  let startAfter = options.startAfter;
  let isFirst = true;
  // With a limit of 0, still request one entry, so that NoSuchBucket is reported.
  for (;;) {
    const { entries, truncated } = await requestPage(
      bucket,
      { ...options, startAfter },
      Math.max(1, Math.min(remaining, pageSizeOf(options))),
      isFirst,
    );
    isFirst = false;
    yield remaining === 0 ? [] : entries;
    remaining -= entries.length;
    startAfter = entries.at(-1)?.key;
    if (!truncated || remaining <= 0) return;
  }
}

async function requestPage(bucket: BucketContext, options: AnyListOptions, maxKeys: number, isFirst: boolean): Promise<DriverPage> {
  const {
    metadata = true,
    recursive = true,
    prefix = '',
    startAfter = '',
    delimiter = recursive ? '' : '/',
    keysOnly,
    details,
    signal,
  } = options;
  const page = await bucket.driver.listObjects({ prefix, delimiter, startAfter, maxKeys, metadata, keysOnly, details, signal });
  if (page.entries.length > maxKeys)
    throw new TypeError(`the driver returned a page of ${page.entries.length} entries, expected at most ${maxKeys}`);
  if (page.truncated && !advances(page.entries.at(-1)?.key, startAfter, isFirst))
    throw new TypeError('the driver returned `truncated: true`, but the page did not advance');
  return page;
}

/**
 * Returns whether a page makes progress; if not, a faulty driver could cause an endless listing. The common prefix that contains
 * `startAfter` sorts before it, but counts as progress on the first page. On later pages, the two could alternate for ever.
 */
function advances(last: string | undefined, startAfter: string, isFirst: boolean): boolean {
  if (last === undefined || last === startAfter) return false;
  return compareKeys(last, startAfter) > 0 || (isFirst && startAfter.startsWith(last));
}

function pageSizeOf({ pageSize = maxPageSize }: IterateOptions): number {
  return Math.min(pageSize, maxPageSize);
}

function checkListOptions<Options extends ListOptions | ListFilenameOptions>(
  options: Options | undefined,
  checks: OptionChecks<Options>,
): Options {
  const validOptions = checkOptions(options, checks);
  if (validOptions.delimiter !== undefined && validOptions.recursive === true)
    throw invalidArgument('`delimiter` must not be combined with `recursive: true`');
  return validOptions;
}

function rejectLimit(_value: unknown, name: string): void {
  throw invalidArgument(`\`${name}\` is not supported by \`listPage\`; use \`pageSize\``);
}
