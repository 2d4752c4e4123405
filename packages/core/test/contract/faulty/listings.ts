import { commonPrefix, compareKeys } from '@anybucket/core/backend';
import type { BucketDriver, DriverPage, DriverWrapper, ListCall } from '@anybucket/core/backend';
import type { Broken, Entry } from './spoil.js';
import { allEntries, spoilBucket, spoilListCall, spoilPage } from './spoil.js';

/** Lists anew from all keys, by an order and a folding of its own. */
function relisted(
  compare: (a: string, b: string) => number,
  fold: (key: string, call: ListCall) => string | undefined = (key, { prefix, delimiter }) => commonPrefix(key, prefix, delimiter),
): DriverWrapper {
  return spoilBucket((inner) => ({ listObjects: (call) => relist(inner, call, compare, fold) }));
}

async function relist(
  inner: BucketDriver,
  call: ListCall,
  compare: (a: string, b: string) => number,
  fold: (key: string, call: ListCall) => string | undefined,
): Promise<DriverPage> {
  // The bucket, and whether it is there.
  await inner.listObjects(call);
  const entries = new Map<string, Entry>();
  for (const entry of await allEntries(inner)) {
    if (!entry.key.startsWith(call.prefix)) continue;
    const folder = fold(entry.key, call);
    entries.set(folder ?? entry.key, folder === undefined ? entry : { key: folder, isPrefix: true });
  }
  const rest = [...entries.values()]
    .sort((a, b) => compare(a.key, b.key))
    .filter(({ key }) => call.startAfter === '' || compare(key, call.startAfter) > 0);
  return { entries: rest.slice(0, call.maxKeys), truncated: rest.length > call.maxKeys };
}

const byUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const withoutCase = (a: string, b: string): number => byUnits(a.toLowerCase(), b.toLowerCase()) || byUnits(a, b);
const bySegments = (a: string, b: string): number => byUnits(a.replaceAll('/', '\u0001'), b.replaceAll('/', '\u0001'));

/** Order, pages, prefixes, folders. */
export const brokenListings: readonly Broken[] = [
  { name: 'sorts by UTF-16', wrap: relisted(byUnits), caughtBy: 'list/byte-order' },
  { name: 'sorts without case', wrap: relisted(withoutCase), caughtBy: 'list/byte-order-of-letter-case' },
  { name: 'sorts by the locale', wrap: relisted((a, b) => a.localeCompare(b)), caughtBy: 'list/byte-order-of-separators' },
  { name: 'sorts folder by folder', wrap: relisted(bySegments), caughtBy: 'list/byte-order-of-folders' },
  {
    name: 'lists 1000 in all',
    wrap: spoilPage((page, { maxKeys }) => ({ ...page, truncated: page.truncated && maxKeys < 1000 })),
    caughtBy: 'list-many/over-2000',
  },
  {
    name: 'lists one page in all',
    wrap: spoilPage((page) => ({ ...page, truncated: false })),
    caughtBy: 'list-pages/no-token-after-last-page',
  },
  {
    name: 'says that a full page goes on',
    wrap: spoilPage((page, { maxKeys }) => ({ ...page, truncated: page.entries.length === maxKeys })),
    caughtBy: 'list-pages/no-token-after-last-page',
  },
  {
    name: 'loses the last of a page',
    wrap: spoilPage((page) =>
      page.truncated && page.entries.length > 1 ? { ...page, entries: [...page.entries.slice(0, -2), ...page.entries.slice(-1)] } : page,
    ),
    caughtBy: 'list-pages/every-size/folders-of-several-keys/flat',
  },
  {
    name: 'gives more than was asked for',
    wrap: spoilListCall((call) => ({ ...call, maxKeys: call.maxKeys + 1 })),
    caughtBy: 'list-pages/every-size/folders-of-several-keys/flat',
  },
  { name: 'ignores the prefix', wrap: spoilListCall((call) => ({ ...call, prefix: '' })), caughtBy: 'list/prefix-nothing' },
  { name: 'ignores startAfter', wrap: spoilListCall((call) => ({ ...call, startAfter: '' })), caughtBy: 'list/start-after-a-key' },
  {
    name: 'startAfter inclusive',
    wrap: spoilBucket((inner) => ({
      async listObjects(call) {
        const page = await inner.listObjects(call);
        const same = (await allEntries(inner)).filter(({ key }) => key === call.startAfter && key.startsWith(call.prefix));
        return { ...page, entries: [...same, ...page.entries] };
      },
    })),
    caughtBy: 'list/start-after-a-key',
  },
  {
    name: 'startAfter must be a key',
    wrap: spoilBucket((inner) => ({
      async listObjects(call) {
        const known = (await allEntries(inner)).some(({ key }) => key === call.startAfter);
        return inner.listObjects(known ? call : { ...call, startAfter: '' });
      },
    })),
    caughtBy: 'list/start-after-between-keys',
  },
  {
    name: 'startAfter counts from the prefix',
    wrap: spoilListCall((call) =>
      call.startAfter.startsWith(call.prefix) ? { ...call, startAfter: call.prefix + call.startAfter } : call,
    ),
    caughtBy: 'list/start-after-in-prefix',
  },
  {
    name: 'a folder again behind startAfter inside it',
    wrap: spoilListCall((call) => {
      const folder = commonPrefix(call.startAfter, call.prefix, call.delimiter);
      return folder === undefined || folder === call.startAfter ? call : { ...call, startAfter: folder.slice(0, -1) };
    }),
    caughtBy: 'list/start-after-inside-folder',
  },
  {
    name: 'a folder again on the next page',
    // Only on a page of several: one that holds nothing else is refused before any case sees it.
    wrap: spoilListCall((call) =>
      call.maxKeys > 1 && call.delimiter !== '' && call.startAfter.endsWith(call.delimiter)
        ? { ...call, startAfter: call.startAfter.slice(0, -1) }
        : call,
    ),
    caughtBy: 'list-pages/every-size/folders-of-several-keys/slash',
  },
  {
    name: 'prefixes are folders',
    wrap: spoilPage((page, { prefix }) => ({
      ...page,
      entries: page.entries.filter(({ key }) => prefix === '' || prefix.endsWith('/') || key === prefix || key.startsWith(`${prefix}/`)),
    })),
    caughtBy: 'list/prefix-is-a-string',
  },
  {
    name: 'a prefix without its last slash',
    wrap: spoilListCall((call) => ({ ...call, prefix: call.prefix.replace(/\/$/, '') })),
    caughtBy: 'list/prefix-with-slash',
  },
  {
    name: 'a prefix without case',
    wrap: spoilListCall((call) => ({ ...call, prefix: call.prefix.toLowerCase() })),
    caughtBy: 'list/prefix-is-case-sensitive',
  },
  {
    name: 'prefixes are resolved',
    wrap: spoilListCall((call) => ({ ...call, prefix: call.prefix.replace(/^(\.\.?\/)+|\/+$/g, '') })),
    caughtBy: 'list/hostile/parent-folder',
  },
  {
    name: 'the delimiter is always a slash',
    wrap: spoilListCall((call) => ({ ...call, delimiter: call.delimiter === '' ? '' : '/' })),
    caughtBy: 'list/delimiter-word',
  },
  {
    name: 'the delimiter has one letter',
    wrap: spoilListCall((call) => ({ ...call, delimiter: call.delimiter.slice(0, 1) })),
    caughtBy: 'list/delimiter-word',
  },
  {
    name: 'folds inside of the prefix',
    wrap: relisted(compareKeys, (key, { delimiter }) => commonPrefix(key, '', delimiter)),
    caughtBy: 'list/delimiter-after-prefix',
  },
  {
    name: 'folds at the last delimiter',
    wrap: relisted(compareKeys, (key, { prefix, delimiter }) => {
      const at = delimiter === '' ? -1 : key.lastIndexOf(delimiter);
      return at < prefix.length ? undefined : key.slice(0, at + delimiter.length);
    }),
    caughtBy: 'list/recursive-false',
  },
  {
    name: 'counts keys before folding',
    wrap: spoilBucket((inner) => ({
      async listObjects(call) {
        if (call.delimiter === '') return inner.listObjects(call);
        const flat = await inner.listObjects({ ...call, delimiter: '' });
        const folded = await inner.listObjects(call);
        const last = flat.entries.at(-1)?.key ?? '';
        const entries = folded.entries.filter(({ key }) => compareKeys(key, last) <= 0);
        return { entries, truncated: false };
      },
    })),
    caughtBy: 'list/limit-counts-folders-once',
  },
  {
    name: 'folders without their delimiter',
    wrap: spoilPage((page) => ({
      ...page,
      entries: page.entries.map((entry) => (entry.isPrefix === true ? { ...entry, key: entry.key.slice(0, -1) } : entry)),
    })),
    caughtBy: 'list/recursive-false',
  },
];
