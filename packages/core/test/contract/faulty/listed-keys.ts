import type { DriverPage, DriverWrapper } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { spoilBucket, spoilPage } from './spoil.js';

const without = (hidden: (key: string) => boolean): DriverWrapper =>
  spoilPage((page) => ({ ...page, entries: page.entries.filter(({ key }) => !hidden(key)) }));

function staleList(): DriverWrapper {
  return (driver) => {
    const known = new Map<string, DriverPage>();
    return spoilBucket((inner, name) => ({
      async listObjects(call) {
        const asked = JSON.stringify([name, call.prefix, call.delimiter, call.startAfter, call.maxKeys, call.metadata]);
        const page = known.get(asked) ?? (await inner.listObjects(call));
        known.set(asked, page);
        return page;
      },
    }))(driver);
  };
}

function phantomFolders(): DriverWrapper {
  return (driver) => {
    const folders = new Set<string>();
    return spoilBucket((inner, name) => ({
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

/** Listings that change or hide keys. */
export const brokenListedKeys: readonly Broken[] = [
  { name: 'hides what begins with a dot', wrap: without((key) => key.startsWith('.')), caughtBy: 'keys/round-trip/hidden' },
  { name: 'hides what ends in a slash', wrap: without((key) => key.endsWith('/') && key.length < 250), caughtBy: 'keys/round-trip/folder' },
  { name: 'hides what looks like its own', wrap: without((key) => key.endsWith('.json')), caughtBy: 'keys/round-trip/json-file' },
  {
    name: 'hides empty objects',
    wrap: spoilPage((page) => ({ ...page, entries: page.entries.filter((entry) => entry.isPrefix === true || entry.size > 0) })),
    caughtBy: 'put/declared-length',
  },
  {
    name: 'hides what is below an object',
    wrap: spoilPage((page) => ({
      ...page,
      entries: page.entries.filter(({ key }) => !page.entries.some((above) => key.startsWith(`${above.key}/`))),
    })),
    caughtBy: 'nested-keys/object-then-child',
  },
  {
    name: 'reads keys as numbers',
    wrap: spoilPage((page) => ({
      ...page,
      entries: page.entries.map((entry) => (/^\d+$/.test(entry.key) ? { ...entry, key: String(Number(entry.key)) } : entry)),
    })),
    caughtBy: 'keys/round-trip/leading-zeros',
  },
  {
    name: 'decodes keys',
    wrap: spoilPage((page) => ({ ...page, entries: page.entries.map((entry) => ({ ...entry, key: entry.key.replaceAll('+', ' ') })) })),
    caughtBy: 'keys/round-trip/plus',
  },
  { name: 'lists what was', wrap: staleList(), caughtBy: 'list/read-after-write' },
  { name: 'keeps empty folders', wrap: phantomFolders(), caughtBy: 'nested-keys/no-folder-after-delete' },
];
