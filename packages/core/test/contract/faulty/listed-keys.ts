import type { DriverPage, DriverWrapper } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { overrideBucket, mapPage } from './override.js';

const omit = (isHidden: (key: string) => boolean): DriverWrapper =>
  mapPage((page) => ({ ...page, entries: page.entries.filter(({ key }) => !isHidden(key)) }));

function cachedList(): DriverWrapper {
  return (driver) => {
    const known = new Map<string, DriverPage>();
    return overrideBucket((inner, name) => ({
      async listObjects(call) {
        const request = JSON.stringify([name, call.prefix, call.delimiter, call.startAfter, call.maxKeys, call.metadata]);
        const page = known.get(request) ?? (await inner.listObjects(call));
        known.set(request, page);
        return page;
      },
    }))(driver);
  };
}

function phantomFolders(): DriverWrapper {
  return (driver) => {
    const folders = new Set<string>();
    return overrideBucket((inner, name) => ({
      async putObject(key, body, call) {
        if (key.includes('/')) folders.add(`${name}:${key.slice(0, key.lastIndexOf('/') + 1)}`);
        return inner.putObject(key, body, call);
      },
      async listObjects(call) {
        const page = await inner.listObjects(call);
        if (call.delimiter !== '/') return page;
        const seen = new Set(page.entries.map(({ key }) => key));
        const more = [...folders]
          .map((folder) => folder.slice(name.length + 1))
          .filter((folder) => folder !== call.prefix && folder.startsWith(call.prefix) && !seen.has(folder));
        return { ...page, entries: [...page.entries, ...more.map((key) => ({ key, isPrefix: true as const }))] };
      },
    }))(driver);
  };
}

/** Listings that change or omit keys. */
export const faultyListedKeys: readonly FaultyDriver[] = [
  { name: 'listings omit keys that start with a dot', wrap: omit((key) => key.startsWith('.')), detectedBy: 'keys/round-trip/hidden' },
  {
    name: 'listings omit keys that end with a slash',
    wrap: omit((key) => key.endsWith('/') && key.length < 250),
    detectedBy: 'keys/round-trip/folder',
  },
  { name: 'listings omit keys that end with .json', wrap: omit((key) => key.endsWith('.json')), detectedBy: 'keys/round-trip/json-file' },
  {
    name: 'listings omit empty objects',
    wrap: mapPage((page) => ({ ...page, entries: page.entries.filter((entry) => entry.isPrefix === true || entry.size > 0) })),
    detectedBy: 'put/declared-length',
  },
  {
    name: 'listings omit keys below an object',
    wrap: mapPage((page) => ({
      ...page,
      entries: page.entries.filter(({ key }) => !page.entries.some((above) => key.startsWith(`${above.key}/`))),
    })),
    detectedBy: 'nested-keys/object-then-child',
  },
  {
    name: 'listings parse keys as numbers',
    wrap: mapPage((page) => ({
      ...page,
      entries: page.entries.map((entry) => (/^\d+$/.test(entry.key) ? { ...entry, key: String(Number(entry.key)) } : entry)),
    })),
    detectedBy: 'keys/round-trip/leading-zeros',
  },
  {
    name: 'listings decode + in keys',
    wrap: mapPage((page) => ({ ...page, entries: page.entries.map((entry) => ({ ...entry, key: entry.key.replaceAll('+', ' ') })) })),
    detectedBy: 'keys/round-trip/plus',
  },
  { name: 'listings are cached', wrap: cachedList(), detectedBy: 'list/read-after-write' },
  { name: 'listings return folders without objects', wrap: phantomFolders(), detectedBy: 'nested-keys/no-folder-after-delete' },
];
