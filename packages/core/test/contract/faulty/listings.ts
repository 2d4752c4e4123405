import { commonPrefix, compareKeys } from '@anybucket/core/backend';
import type { BucketDriver, DriverPage, DriverWrapper, ListCall } from '@anybucket/core/backend';
import type { FaultyDriver, Entry } from './override.js';
import { allEntries, overrideBucket, mapListCall, mapPage } from './override.js';

/** Lists all keys with another order or other common prefixes. */
function listWith(
  compare: (a: string, b: string) => number,
  toPrefix: (key: string, call: ListCall) => string | undefined = (key, { prefix, delimiter }) => commonPrefix(key, prefix, delimiter),
): DriverWrapper {
  return overrideBucket((inner) => ({ listObjects: (call) => listAll(inner, call, compare, toPrefix) }));
}

async function listAll(
  inner: BucketDriver,
  call: ListCall,
  compare: (a: string, b: string) => number,
  toPrefix: (key: string, call: ListCall) => string | undefined,
): Promise<DriverPage> {
  // Fails for a missing bucket.
  await inner.listObjects(call);
  const entries = new Map<string, Entry>();
  for (const entry of await allEntries(inner)) {
    if (!entry.key.startsWith(call.prefix)) continue;
    const folder = toPrefix(entry.key, call);
    entries.set(folder ?? entry.key, folder === undefined ? entry : { key: folder, isPrefix: true });
  }
  const rest = [...entries.values()]
    .sort((a, b) => compare(a.key, b.key))
    .filter(({ key }) => call.startAfter === '' || compare(key, call.startAfter) > 0);
  return { entries: rest.slice(0, call.maxKeys), truncated: rest.length > call.maxKeys };
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const ignoringCase = (a: string, b: string): number => byCodeUnits(a.toLowerCase(), b.toLowerCase()) || byCodeUnits(a, b);
const bySegments = (a: string, b: string): number => byCodeUnits(a.replaceAll('/', '\u0001'), b.replaceAll('/', '\u0001'));

/** The order, pages, prefixes and common prefixes of listings. */
export const faultyListings: readonly FaultyDriver[] = [
  { name: 'listings are sorted by UTF-16 code units', wrap: listWith(byCodeUnits), detectedBy: 'list/byte-order' },
  { name: 'listings are sorted case-insensitively', wrap: listWith(ignoringCase), detectedBy: 'list/byte-order-of-letter-case' },
  { name: 'listings are sorted by the locale', wrap: listWith((a, b) => a.localeCompare(b)), detectedBy: 'list/byte-order-of-separators' },
  { name: 'listings are sorted by path segment', wrap: listWith(bySegments), detectedBy: 'list/byte-order-of-folders' },
  {
    name: 'listings end after 1000 entries',
    wrap: mapPage((page, { maxKeys }) => ({ ...page, truncated: page.truncated && maxKeys < 1000 })),
    detectedBy: 'list-many/over-2000',
  },
  {
    name: 'truncated is always false',
    wrap: mapPage((page) => ({ ...page, truncated: false })),
    detectedBy: 'list-pages/no-token-after-last-page',
  },
  {
    name: 'truncated is true for every full page',
    wrap: mapPage((page, { maxKeys }) => ({ ...page, truncated: page.entries.length === maxKeys })),
    detectedBy: 'list-pages/no-token-after-last-page',
  },
  {
    name: 'pages omit the entry before the last',
    wrap: mapPage((page) =>
      page.truncated && page.entries.length > 1 ? { ...page, entries: [...page.entries.slice(0, -2), ...page.entries.slice(-1)] } : page,
    ),
    detectedBy: 'list-pages/every-size/folders-of-several-keys/flat',
  },
  {
    name: 'pages have one entry too many',
    wrap: mapListCall((call) => ({ ...call, maxKeys: call.maxKeys + 1 })),
    detectedBy: 'list-pages/every-size/folders-of-several-keys/flat',
  },
  { name: 'listings ignore the prefix', wrap: mapListCall((call) => ({ ...call, prefix: '' })), detectedBy: 'list/prefix-without-match' },
  { name: 'listings ignore startAfter', wrap: mapListCall((call) => ({ ...call, startAfter: '' })), detectedBy: 'list/start-after-a-key' },
  {
    name: 'startAfter is inclusive',
    wrap: overrideBucket((inner) => ({
      async listObjects(call) {
        const page = await inner.listObjects(call);
        const same = (await allEntries(inner)).filter(({ key }) => key === call.startAfter && key.startsWith(call.prefix));
        return { ...page, entries: [...same, ...page.entries] };
      },
    })),
    detectedBy: 'list/start-after-a-key',
  },
  {
    name: 'startAfter is ignored unless it is a key',
    wrap: overrideBucket((inner) => ({
      async listObjects(call) {
        const known = (await allEntries(inner)).some(({ key }) => key === call.startAfter);
        return inner.listObjects(known ? call : { ...call, startAfter: '' });
      },
    })),
    detectedBy: 'list/start-after-between-keys',
  },
  {
    name: 'startAfter is relative to the prefix',
    wrap: mapListCall((call) => (call.startAfter.startsWith(call.prefix) ? { ...call, startAfter: call.prefix + call.startAfter } : call)),
    detectedBy: 'list/start-after-in-prefix',
  },
  {
    name: 'a common prefix is listed although startAfter is below it',
    wrap: mapListCall((call) => {
      const folder = commonPrefix(call.startAfter, call.prefix, call.delimiter);
      return folder === undefined || folder === call.startAfter ? call : { ...call, startAfter: folder.slice(0, -1) };
    }),
    detectedBy: 'list/start-after-inside-folder',
  },
  {
    name: 'a common prefix is repeated on the next page',
    // Not on pages of one entry: the portable layer rejects a page that does not advance.
    wrap: mapListCall((call) =>
      call.maxKeys > 1 && call.delimiter !== '' && call.startAfter.endsWith(call.delimiter)
        ? { ...call, startAfter: call.startAfter.slice(0, -1) }
        : call,
    ),
    detectedBy: 'list-pages/every-size/folders-of-several-keys/slash',
  },
  {
    name: 'a prefix matches whole segments only',
    wrap: mapPage((page, { prefix }) => ({
      ...page,
      entries: page.entries.filter(({ key }) => prefix === '' || prefix.endsWith('/') || key === prefix || key.startsWith(`${prefix}/`)),
    })),
    detectedBy: 'list/prefix-is-a-string',
  },
  {
    name: 'the trailing slash of a prefix is removed',
    wrap: mapListCall((call) => ({ ...call, prefix: call.prefix.replace(/\/$/, '') })),
    detectedBy: 'list/prefix-with-slash',
  },
  {
    name: 'the prefix is lowercased',
    wrap: mapListCall((call) => ({ ...call, prefix: call.prefix.toLowerCase() })),
    detectedBy: 'list/prefix-is-case-sensitive',
  },
  {
    name: 'the prefix is resolved like a path',
    wrap: mapListCall((call) => ({ ...call, prefix: call.prefix.replace(/^(\.\.?\/)+|\/+$/g, '') })),
    detectedBy: 'list/hostile/parent-folder',
  },
  {
    name: 'every delimiter is handled as a slash',
    wrap: mapListCall((call) => ({ ...call, delimiter: call.delimiter === '' ? '' : '/' })),
    detectedBy: 'list/delimiter-word',
  },
  {
    name: 'only the first character of the delimiter is used',
    wrap: mapListCall((call) => ({ ...call, delimiter: call.delimiter.slice(0, 1) })),
    detectedBy: 'list/delimiter-word',
  },
  {
    name: 'the delimiter is searched within the prefix',
    wrap: listWith(compareKeys, (key, { delimiter }) => commonPrefix(key, '', delimiter)),
    detectedBy: 'list/delimiter-after-prefix',
  },
  {
    name: 'common prefixes end at the last delimiter',
    wrap: listWith(compareKeys, (key, { prefix, delimiter }) => {
      const at = delimiter === '' ? -1 : key.lastIndexOf(delimiter);
      return at < prefix.length ? undefined : key.slice(0, at + delimiter.length);
    }),
    detectedBy: 'list/recursive-false',
  },
  {
    name: 'maxKeys counts keys, not common prefixes',
    wrap: overrideBucket((inner) => ({
      async listObjects(call) {
        if (call.delimiter === '') return inner.listObjects(call);
        const flat = await inner.listObjects({ ...call, delimiter: '' });
        const folded = await inner.listObjects(call);
        const last = flat.entries.at(-1)?.key ?? '';
        const entries = folded.entries.filter(({ key }) => compareKeys(key, last) <= 0);
        return { entries, truncated: false };
      },
    })),
    detectedBy: 'list/limit-counts-folders-once',
  },
  {
    name: 'common prefixes lack the delimiter',
    wrap: mapPage((page) => ({
      ...page,
      entries: page.entries.map((entry) => (entry.isPrefix === true ? { ...entry, key: entry.key.slice(0, -1) } : entry)),
    })),
    detectedBy: 'list/recursive-false',
  },
];
