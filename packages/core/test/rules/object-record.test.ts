import { expect, test } from 'vitest';
import { toListEntry, toObjectInfo } from '../../src/rules/object-record.js';
import type { ObjectRecord } from '../../src/rules/object-record.js';

const time = new Date('2020-01-02T03:04:05Z');
const plain: ObjectRecord = {
  size: 3,
  etag: 'e',
  lastModified: time,
  attributes: { contentType: 'text/plain', metadata: {} },
  tags: {},
};
const full: ObjectRecord = {
  ...plain,
  attributes: {
    contentType: 'text/plain',
    cacheControl: 'no-cache',
    contentDisposition: 'inline',
    contentEncoding: 'gzip',
    contentLanguage: 'de',
    expires: time,
    metadata: { name: 'value' },
  },
  tags: { a: '1', b: '2' },
};
const summary = { key: 'k', size: 3, etag: 'e', lastModified: time };

test('toObjectInfo includes all attributes, and omits absent ones', () => {
  expect(toObjectInfo('k', plain)).toStrictEqual({ ...summary, contentType: 'text/plain', metadata: {} });
  expect(toObjectInfo('k', full)).toStrictEqual({ ...summary, ...full.attributes, tagCount: 2 });
});

test('toListEntry includes content type and metadata only if requested', () => {
  expect(toListEntry('k', full, { metadata: false })).toStrictEqual(summary);
  expect(toListEntry('k', full, { metadata: true })).toStrictEqual({ ...summary, contentType: 'text/plain', metadata: { name: 'value' } });
});

test('the results share no mutable state with the record', () => {
  const info = toObjectInfo('k', full);
  expect(info.lastModified).not.toBe(time);
  expect(info.expires).not.toBe(time);
  expect(info.metadata).not.toBe(full.attributes.metadata);
  const entry = toListEntry('k', full, { metadata: true });
  expect('metadata' in entry && entry.metadata).not.toBe(full.attributes.metadata);
  expect(entry.lastModified).not.toBe(time);
});
