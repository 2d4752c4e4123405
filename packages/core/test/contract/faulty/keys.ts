import type { Broken } from './spoil.js';
import { allEntries, spoilBucket, spoilKeys } from './spoil.js';

/** Keys. */
export const brokenKeys: readonly Broken[] = [
  { name: 'keys without case', wrap: spoilKeys((key) => key.toLowerCase()), caughtBy: 'keys/not-aliased/case' },
  { name: 'keys are trimmed', wrap: spoilKeys((key) => key.trim() || '_'), caughtBy: 'keys/not-aliased/surrounding-spaces' },
  { name: 'keys are composed', wrap: spoilKeys((key) => key.normalize('NFC')), caughtBy: 'keys/not-aliased/composed-and-decomposed' },
  { name: 'keys are made alike', wrap: spoilKeys((key) => key.normalize('NFKC')), caughtBy: 'keys/not-aliased/full-width' },
  {
    name: 'keys are unescaped',
    wrap: spoilKeys((key) => key.replaceAll(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))),
    caughtBy: 'keys/not-aliased/percent-escapes',
  },
  { name: 'a plus is a space', wrap: spoilKeys((key) => key.replaceAll('+', ' ')), caughtBy: 'keys/not-aliased/plus-and-space' },
  { name: 'a backslash is a slash', wrap: spoilKeys((key) => key.replaceAll('\\', '/')), caughtBy: 'keys/not-aliased/slash-and-backslash' },
  { name: 'a final slash is dropped', wrap: spoilKeys((key) => key.replace(/(.)\/$/, '$1')), caughtBy: 'keys/not-aliased/trailing-slash' },
  { name: 'a final dot is dropped', wrap: spoilKeys((key) => key.replace(/(.)\.$/, '$1')), caughtBy: 'keys/not-aliased/trailing-dot' },
  {
    name: 'a carriage return is a newline',
    wrap: spoilKeys((key) => key.replaceAll('\r', '\n')),
    caughtBy: 'keys/not-aliased/carriage-return',
  },
  {
    name: 'numbers are made short',
    wrap: spoilKeys((key) => (/^\d/.test(key) ? String(Number(key)) : key)),
    caughtBy: 'keys/not-aliased/leading-zero',
  },
  { name: 'keys are cut at 255 letters', wrap: spoilKeys((key) => key.slice(0, 255)), caughtBy: 'keys/round-trip/1024-bytes' },
  {
    name: 'special names are changed',
    wrap: spoilKeys((key) => (key === '__proto__' ? '_proto_' : key)),
    caughtBy: 'keys/round-trip/proto-property',
  },
  {
    name: 'an object goes when one below it is put',
    wrap: spoilBucket((inner) => ({
      async putObject(key, body, call) {
        const result = await inner.putObject(key, body, call);
        const at = key.indexOf('/');
        if (at > 0 && at < key.length - 1) await inner.deleteObject(key.slice(0, at), {});
        return result;
      },
    })),
    caughtBy: 'nested-keys/object-then-child',
  },
  {
    name: 'a folder is an empty object',
    wrap: spoilBucket((inner) => ({
      async headObject(key, call) {
        const below = await inner.listObjects({ prefix: `${key}/`, delimiter: '', startAfter: '', maxKeys: 1, metadata: true });
        if (below.entries.length === 0) return inner.headObject(key, call);
        return { key, etag: 'folder', size: 0, lastModified: new Date(0), contentType: 'x/folder', metadata: {} };
      },
    })),
    caughtBy: 'nested-keys/prefix-is-not-an-object',
  },
  {
    name: 'deleting a folder deletes what is in it',
    wrap: spoilBucket((inner) => ({
      async deleteObject(key, call) {
        await inner.deleteObject(key, call);
        const folder = key.endsWith('/') ? key : `${key}/`;
        for (const entry of await allEntries(inner)) if (entry.key.startsWith(folder)) await inner.deleteObject(entry.key, {});
      },
    })),
    caughtBy: 'nested-keys/prefix-is-not-an-object',
  },
];
