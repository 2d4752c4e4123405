import type { ObjectInfo } from '@anybucket/core';
import type { DriverWrapper, StoredAttributes } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { statOrUndefined, mapEntries, overrideBucket, mapInfo } from './override.js';

/** Changes the attributes of each put. */
function mapAttributes(
  change: (attributes: StoredAttributes, old: ObjectInfo | undefined, key: string) => StoredAttributes,
): DriverWrapper {
  return overrideBucket((inner) => ({
    async putObject(key, body, call) {
      return inner.putObject(key, body, { ...call, attributes: change(call.attributes, await statOrUndefined(inner, key), key) });
    },
  }));
}

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Keeps the metadata of deleted objects. */
function staleMetadata(): DriverWrapper {
  return (driver) => {
    const kept = new Map<string, StoredAttributes>();
    return overrideBucket((inner, name) => ({
      async putObject(key, body, call) {
        const path = `${name}/${key}`;
        const deleted = (await statOrUndefined(inner, key)) === undefined ? kept.get(path) : undefined;
        const attributes = deleted !== undefined && Object.keys(call.attributes.metadata).length === 0 ? deleted : call.attributes;
        kept.set(path, attributes);
        return inner.putObject(key, body, { ...call, attributes });
      },
    }))(driver);
  };
}

/** Returns the same info object for each call. */
function sharedInfo(): DriverWrapper {
  return (driver) => {
    const known = new Map<string, ObjectInfo>();
    return overrideBucket((inner, name) => ({
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

/** Content types, headers, metadata and times. */
export const faultyAttributes: readonly FaultyDriver[] = [
  {
    name: 'an overwrite loses the new metadata',
    wrap: mapAttributes((attributes, old) => (old === undefined ? attributes : { ...attributes, metadata: {} })),
    detectedBy: 'put/overwrite-replaces-attributes',
  },
  {
    name: 'an overwrite without metadata keeps the old metadata',
    wrap: mapAttributes((attributes, old) =>
      Object.keys(attributes.metadata).length === 0 ? { ...attributes, metadata: old?.metadata ?? {} } : attributes,
    ),
    detectedBy: 'put/overwrite-clears-attributes',
  },
  {
    name: 'an overwrite merges metadata',
    wrap: mapAttributes((attributes, old) => ({ ...attributes, metadata: { ...old?.metadata, ...attributes.metadata } })),
    detectedBy: 'put/overwrite-replaces-attributes',
  },
  {
    name: 'an overwrite keeps old headers',
    wrap: mapAttributes((attributes, old) =>
      old?.cacheControl === undefined ? attributes : { ...attributes, cacheControl: old.cacheControl },
    ),
    detectedBy: 'put/overwrite-clears-attributes',
  },
  { name: 'a recreated object has the metadata of the deleted one', wrap: staleMetadata(), detectedBy: 'delete/no-stale-attributes' },
  { name: 'a recreated bucket has the metadata of the removed one', wrap: staleMetadata(), detectedBy: 'buckets/recreated-is-empty' },
  {
    name: 'the content type is not stored',
    wrap: mapAttributes((attributes) => ({ ...attributes, contentType: 'binary/octet-stream' })),
    detectedBy: 'headers/type',
  },
  {
    name: 'the content type is derived from the key',
    wrap: mapAttributes((attributes, _, key) =>
      key.endsWith('.html') && attributes.contentType === 'binary/octet-stream' ? { ...attributes, contentType: 'text/html' } : attributes,
    ),
    detectedBy: 'headers/type-not-from-key',
  },
  {
    name: 'expires is not stored',
    wrap: mapAttributes(({ expires: _expires, ...attributes }) => attributes),
    detectedBy: 'headers/expires',
  },
  {
    name: 'metadata names are in reverse order',
    wrap: mapInfo((info) =>
      'metadata' in info ? { ...info, metadata: Object.fromEntries(Object.entries(info.metadata as object).reverse()) } : info,
    ),
    detectedBy: 'metadata/names-sorted',
  },
  {
    name: 'putObject drops contentDisposition',
    wrap: mapAttributes(({ contentDisposition: _dropped, ...attributes }) => attributes),
    detectedBy: 'put-inherits/attributes-of-object',
  },
  {
    name: 'putObject ignores the content type of the options',
    wrap: mapAttributes((attributes) => ({ ...attributes, contentType: attributes.contentType.replace(/x-(new|option)/, 'x-source') })),
    detectedBy: 'put-inherits/options-take-precedence',
  },
  {
    name: 'putObject derives the content type of a blob',
    wrap: mapAttributes((attributes) => ({ ...attributes, contentType: attributes.contentType.replace('x-file', 'plain') })),
    detectedBy: 'put-inherits/type-of-blob',
  },
  {
    name: 'expires is stored only for dates of this realm',
    wrap: mapAttributes(({ expires, ...attributes }) => (expires?.getTime() === 2e12 ? attributes : { ...attributes, expires })),
    detectedBy: 'realms/options',
  },
  {
    name: 'getObject omits cacheControl',
    wrap: overrideBucket((inner) => ({
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        const { cacheControl: _lost, ...info } = object.info;
        return { ...object, info };
      },
    })),
    detectedBy: 'get/info-matches-stat',
  },
  {
    name: 'metadata values are lowercased',
    wrap: mapAttributes((attributes) => ({
      ...attributes,
      metadata: Object.fromEntries(Object.entries(attributes.metadata).map(([name, value]) => [name, value.toLowerCase()])),
    })),
    detectedBy: 'metadata/names-in-lower-case',
  },
  {
    name: 'metadata is decoded as Latin-1',
    wrap: mapAttributes((attributes) => ({
      ...attributes,
      metadata: Object.fromEntries(Object.entries(attributes.metadata).map(([name, value]) => [name, latin1(value)])),
    })),
    detectedBy: 'metadata/umlauts',
  },
  {
    name: 'empty metadata values are not stored',
    wrap: mapAttributes((attributes) => ({
      ...attributes,
      metadata: Object.fromEntries(Object.entries(attributes.metadata).filter(([, value]) => value !== '')),
    })),
    detectedBy: 'metadata/empty-value',
  },
  {
    name: 'metadata named __proto__ is not stored',
    wrap: mapAttributes((attributes) => {
      const metadata: Record<string, string> = {};
      for (const [name, value] of Object.entries(attributes.metadata)) metadata[name] = value;
      return { ...attributes, metadata };
    }),
    detectedBy: 'metadata/javascript-property-names',
  },
  { name: 'headObject returns its stored object', wrap: sharedInfo(), detectedBy: 'stat/returns-a-copy' },
  {
    name: 'listings return the first metadata for every entry',
    wrap: overrideBucket((inner) => ({
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
    detectedBy: 'list-entries/metadata-per-object',
  },
  {
    name: 'listings return quoted ETags',
    wrap: overrideBucket((inner) => ({
      listObjects: (call) => mapEntries(inner, call, (entry) => (entry.isPrefix === true ? entry : { ...entry, etag: `"${entry.etag}"` })),
    })),
    detectedBy: 'list-entries/match-stat',
  },
  {
    name: 'listings always include metadata',
    wrap: overrideBucket((inner) => ({ listObjects: (call) => inner.listObjects({ ...call, metadata: true }) })),
    detectedBy: 'list-entries/without-metadata',
  },
  {
    name: 'lastModified has milliseconds',
    wrap: mapInfo((info) => ({ ...info, lastModified: new Date(info.lastModified.getTime() + 123) })),
    detectedBy: 'stat/last-modified',
  },
  {
    name: 'lastModified decreases',
    wrap: mapInfo((info) => ({ ...info, lastModified: new Date(info.lastModified.getTime() - 1000 * ++ticks) })),
    detectedBy: 'stat/last-modified-never-decreases',
  },
  {
    name: 'headObject returns another lastModified than listings',
    wrap: overrideBucket((inner) => ({
      async headObject(key, call) {
        const info = await inner.headObject(key, call);
        return { ...info, lastModified: new Date(info.lastModified.getTime() + 1000) };
      },
    })),
    detectedBy: 'stat/last-modified',
  },
  {
    name: 'lastModified is the time of the first write',
    wrap: (driver) => {
      const first = new Map<string, Date>();
      return overrideBucket((inner, name) => ({
        async headObject(key, call) {
          const info = await inner.headObject(key, call);
          const time = first.get(`${name}/${key}`) ?? info.lastModified;
          first.set(`${name}/${key}`, time);
          return { ...info, lastModified: time };
        },
      }))(driver);
    },
    detectedBy: 'stat/last-modified-of-last-write',
  },
];
