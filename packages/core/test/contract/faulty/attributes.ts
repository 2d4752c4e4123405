import type { ObjectInfo } from '@anybucket/core';
import type { DriverWrapper, StoredAttributes } from '@anybucket/core/backend';
import type { Broken } from './spoil.js';
import { current, mapEntries, spoilBucket, spoilInfo } from './spoil.js';

/** Alters what is stored beside a body. */
function spoilAttributes(
  spoil: (attributes: StoredAttributes, old: ObjectInfo | undefined, key: string) => StoredAttributes,
): DriverWrapper {
  return spoilBucket((inner) => ({
    async putObject(key, body, call) {
      return inner.putObject(key, body, { ...call, attributes: spoil(call.attributes, await current(inner, key), key) });
    },
  }));
}

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Remembers the metadata of each key, also when the object is gone. */
function staleMetadata(): DriverWrapper {
  return (driver) => {
    const kept = new Map<string, StoredAttributes>();
    return spoilBucket((inner, name) => ({
      async putObject(key, body, call) {
        const path = `${name}/${key}`;
        const gone = (await current(inner, key)) === undefined ? kept.get(path) : undefined;
        const attributes = gone !== undefined && Object.keys(call.attributes.metadata).length === 0 ? gone : call.attributes;
        kept.set(path, attributes);
        return inner.putObject(key, body, { ...call, attributes });
      },
    }))(driver);
  };
}

/** Gives the same info object to everyone who asks. */
function sharedInfo(): DriverWrapper {
  return (driver) => {
    const known = new Map<string, ObjectInfo>();
    return spoilBucket((inner, name) => ({
      async headObject(key, call) {
        const info = await inner.headObject(key, call);
        const before = known.get(`${name}/${key}`);
        if (before?.etag === info.etag) return before;
        known.set(`${name}/${key}`, info);
        return info;
      },
    }))(driver);
  };
}

let ticks = 0;

/** Types, headers, metadata, times. */
export const brokenAttributes: readonly Broken[] = [
  {
    name: 'forgets metadata on overwrite',
    wrap: spoilAttributes((attributes, old) => (old === undefined ? attributes : { ...attributes, metadata: {} })),
    caughtBy: 'put/overwrite-replaces-attributes',
  },
  {
    name: 'keeps the old metadata when there is none',
    wrap: spoilAttributes((attributes, old) =>
      Object.keys(attributes.metadata).length === 0 ? { ...attributes, metadata: old?.metadata ?? {} } : attributes,
    ),
    caughtBy: 'put/overwrite-clears-attributes',
  },
  {
    name: 'merges metadata on overwrite',
    wrap: spoilAttributes((attributes, old) => ({ ...attributes, metadata: { ...old?.metadata, ...attributes.metadata } })),
    caughtBy: 'put/overwrite-replaces-attributes',
  },
  {
    name: 'keeps the old headers',
    wrap: spoilAttributes((attributes, old) =>
      old?.cacheControl === undefined ? attributes : { ...attributes, cacheControl: old.cacheControl },
    ),
    caughtBy: 'put/overwrite-clears-attributes',
  },
  { name: 'keeps the metadata of deleted objects', wrap: staleMetadata(), caughtBy: 'delete/no-stale-attributes' },
  { name: 'keeps the metadata of removed buckets', wrap: staleMetadata(), caughtBy: 'buckets/recreated-is-empty' },
  {
    name: 'loses the type',
    wrap: spoilAttributes((attributes) => ({ ...attributes, contentType: 'binary/octet-stream' })),
    caughtBy: 'headers/type',
  },
  {
    name: 'takes the type from the key',
    wrap: spoilAttributes((attributes, _, key) =>
      key.endsWith('.html') && attributes.contentType === 'binary/octet-stream' ? { ...attributes, contentType: 'text/html' } : attributes,
    ),
    caughtBy: 'headers/type-not-from-key',
  },
  {
    name: 'loses the expiry time',
    wrap: spoilAttributes(({ expires: _expires, ...attributes }) => attributes),
    caughtBy: 'headers/expires',
  },
  {
    name: 'loses a header on get only',
    wrap: spoilBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const { cacheControl: _lost, ...info } = object.info;
        return { ...object, info };
      },
    })),
    caughtBy: 'get/info-matches-stat',
  },
  {
    name: 'metadata in lower case',
    wrap: spoilAttributes((attributes) => ({
      ...attributes,
      metadata: Object.fromEntries(Object.entries(attributes.metadata).map(([name, value]) => [name, value.toLowerCase()])),
    })),
    caughtBy: 'metadata/names-in-lower-case',
  },
  {
    name: 'metadata as Latin 1',
    wrap: spoilAttributes((attributes) => ({
      ...attributes,
      metadata: Object.fromEntries(Object.entries(attributes.metadata).map(([name, value]) => [name, latin1(value)])),
    })),
    caughtBy: 'metadata/umlauts',
  },
  {
    name: 'drops empty metadata values',
    wrap: spoilAttributes((attributes) => ({
      ...attributes,
      metadata: Object.fromEntries(Object.entries(attributes.metadata).filter(([, value]) => value !== '')),
    })),
    caughtBy: 'metadata/empty-value',
  },
  {
    name: 'assigns metadata name by name',
    wrap: spoilAttributes((attributes) => {
      const metadata: Record<string, string> = {};
      for (const [name, value] of Object.entries(attributes.metadata)) metadata[name] = value;
      return { ...attributes, metadata };
    }),
    caughtBy: 'metadata/javascript-property-names',
  },
  { name: 'gives out what it stores', wrap: sharedInfo(), caughtBy: 'stat/returns-a-copy' },
  {
    name: 'lists the first metadata for all',
    wrap: spoilBucket((inner) => ({
      async listObjects(call) {
        const page = await inner.listObjects(call);
        const first = page.entries[0];
        if (first === undefined || !('metadata' in first)) return page;
        return {
          ...page,
          entries: page.entries.map((entry) => (entry.isPrefix === true ? entry : { ...entry, metadata: first.metadata })),
        };
      },
    })),
    caughtBy: 'list-entries/metadata-per-object',
  },
  {
    name: 'lists another ETag',
    wrap: spoilBucket((inner) => ({
      listObjects: (call) => mapEntries(inner, call, (entry) => (entry.isPrefix === true ? entry : { ...entry, etag: `"${entry.etag}"` })),
    })),
    caughtBy: 'list-entries/match-stat',
  },
  {
    name: 'lists metadata unasked',
    wrap: spoilBucket((inner) => ({ listObjects: (call) => inner.listObjects({ ...call, metadata: true }) })),
    caughtBy: 'list-entries/without-metadata',
  },
  {
    name: 'times with milliseconds',
    wrap: spoilInfo((info) => ({ ...info, lastModified: new Date(info.lastModified.getTime() + 123) })),
    caughtBy: 'stat/last-modified',
  },
  {
    name: 'times that go back',
    wrap: spoilInfo((info) => ({ ...info, lastModified: new Date(info.lastModified.getTime() - 1000 * ++ticks) })),
    caughtBy: 'stat/last-modified-never-decreases',
  },
  {
    name: 'another time from stat than from list',
    wrap: spoilBucket((inner) => ({
      async headObject(key, call) {
        const info = await inner.headObject(key, call);
        return { ...info, lastModified: new Date(info.lastModified.getTime() + 1000) };
      },
    })),
    caughtBy: 'stat/last-modified',
  },
  {
    name: 'the time of the first write',
    wrap: (driver) => {
      const first = new Map<string, Date>();
      return spoilBucket((inner, name) => ({
        async headObject(key, call) {
          const info = await inner.headObject(key, call);
          const time = first.get(`${name}/${key}`) ?? info.lastModified;
          first.set(`${name}/${key}`, time);
          return { ...info, lastModified: time };
        },
      }))(driver);
    },
    caughtBy: 'stat/last-modified-of-last-write',
  },
];
