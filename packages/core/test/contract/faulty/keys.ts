import type { DriverWrapper } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { allEntries, faultsOf, overrideBucket, overrideDatastore, mapKeys } from './override.js';

/** Declares that every key is accepted, and changes keys. */
function mapAnyKeys(change: (key: string) => string): DriverWrapper {
  const acceptAnyKey = overrideDatastore(({ capabilities }) => ({ capabilities: { ...capabilities, anyKeys: true } }));
  return (driver) => acceptAnyKey(mapKeys(change)(driver));
}

/** Keys. */
export const faultyKeys: readonly FaultyDriver[] = [
  { name: 'keys are lowercased', wrap: mapKeys((key) => key.toLowerCase()), detectedBy: 'keys/not-aliased/case' },
  { name: 'keys are trimmed', wrap: mapKeys((key) => key.trim() || '_'), detectedBy: 'keys/not-aliased/surrounding-spaces' },
  {
    name: 'keys are normalized to NFC',
    wrap: mapKeys((key) => key.normalize('NFC')),
    detectedBy: 'keys/not-aliased/composed-and-decomposed',
  },
  { name: 'keys are normalized to NFKC', wrap: mapKeys((key) => key.normalize('NFKC')), detectedBy: 'keys/not-aliased/full-width' },
  {
    name: 'percent escapes in keys are decoded',
    wrap: mapKeys((key) => key.replaceAll(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))),
    detectedBy: 'keys/not-aliased/percent-escapes',
  },
  {
    name: '+ in keys is decoded as a space',
    wrap: mapKeys((key) => key.replaceAll('+', ' ')),
    detectedBy: 'keys/not-aliased/plus-and-space',
  },
  {
    name: 'backslashes in keys become slashes',
    wrap: mapKeys((key) => key.replaceAll('\\', '/')),
    detectedBy: 'keys/not-aliased/slash-and-backslash',
  },
  {
    name: 'the trailing slash of keys is removed',
    wrap: mapKeys((key) => key.replace(/(.)\/$/, '$1')),
    detectedBy: 'keys/not-aliased/trailing-slash',
  },
  {
    name: 'the trailing dot of keys is removed',
    wrap: mapKeys((key) => key.replace(/(.)\.$/, '$1')),
    detectedBy: 'keys/not-aliased/trailing-dot',
  },
  {
    name: 'carriage returns in keys become newlines',
    wrap: mapKeys((key) => key.replaceAll('\r', '\n')),
    detectedBy: 'keys/not-aliased/carriage-return',
  },
  {
    name: 'numeric keys are normalized',
    wrap: mapKeys((key) => (/^\d/.test(key) ? String(Number(key)) : key)),
    detectedBy: 'keys/not-aliased/leading-zero',
  },
  { name: 'keys are truncated at 255 characters', wrap: mapKeys((key) => key.slice(0, 255)), detectedBy: 'keys/round-trip/1024-bytes' },
  {
    name: 'the key __proto__ is changed',
    wrap: mapKeys((key) => (key === '__proto__' ? '_proto_' : key)),
    detectedBy: 'keys/round-trip/proto-property',
  },
  {
    name: 'putObject deletes the object above the key',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        const result = await inner.putObject(key, body, call);
        const at = key.indexOf('/');
        if (at > 0 && at < key.length - 1) await inner.deleteObject(key.slice(0, at), {});
        return result;
      },
    })),
    detectedBy: 'nested-keys/object-then-child',
  },
  {
    name: 'headObject returns an empty object for a folder',
    wrap: overrideBucket((inner) => ({
      async headObject(key, call) {
        const below = await inner.listObjects({ prefix: `${key}/`, delimiter: '', startAfter: '', maxKeys: 1, metadata: true });
        if (below.entries.length === 0) return inner.headObject(key, call);
        return { key, etag: 'folder', size: 0, lastModified: new Date(0), contentType: 'x/folder', metadata: {} };
      },
    })),
    detectedBy: 'nested-keys/prefix-is-not-an-object',
  },
  {
    name: 'deleteObject deletes the objects below the key',
    wrap: overrideBucket((inner) => ({
      async deleteObject(key, call) {
        const outcome = await inner.deleteObject(key, call);
        const folder = key.endsWith('/') ? key : `${key}/`;
        for (const entry of await allEntries(inner)) if (entry.key.startsWith(folder)) await inner.deleteObject(entry.key, {});
        return outcome;
      },
    })),
    detectedBy: 'nested-keys/prefix-is-not-an-object',
  },
  ...faultsOf(
    'repeated slashes in keys are joined',
    mapAnyKeys((key) => key.replace(/\/{2,}/g, '/')),
    'any-keys/round-trip/two-slashes',
    'any-keys/not-aliased/two-slashes',
  ),
  ...faultsOf(
    'the leading slash of keys is removed',
    mapAnyKeys((key) => key.replace(/^\/(?=.)/, '')),
    'any-keys/round-trip/leading-slash',
    'any-keys/not-aliased/leading-slash',
    'any-keys/delete-all',
  ),
  ...faultsOf(
    'dot segments of keys are resolved',
    mapAnyKeys((key) => new URL(key, 'http://host/').pathname.slice(1)),
    'any-keys/round-trip/dot-dot-segment',
    'any-keys/not-aliased/dot-dot-segment',
    'any-keys/not-aliased/dot-segment',
  ),
];
