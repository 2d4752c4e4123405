import assert from 'node:assert/strict';
import type { ListedObject, ObjectHeaders } from '../../api/object-info.js';
import { inChunks, pattern } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

interface Row {
  readonly given: ObjectHeaders;
  /** What comes back; the same when absent. */
  readonly kept?: ObjectHeaders;
}

/** Headers that are stored with an object. */
const rows: Readonly<Record<string, Row>> = {
  type: { given: { contentType: 'text/plain' } },
  'type-with-charset': { given: { contentType: 'text/html; charset=utf-8' } },
  'type-with-quotes': { given: { contentType: 'multipart/mixed; boundary="a b"' } },
  'type-of-our-own': { given: { contentType: 'junk' } },
  'type-in-upper-case': { given: { contentType: 'Text/HTML' } },
  'type-trimmed': { given: { contentType: '  text/css ' }, kept: { contentType: 'text/css' } },
  'cache-control': { given: { cacheControl: 'public, max-age=3600, immutable' } },
  disposition: { given: { contentDisposition: 'attachment; filename="a; b\\"c.txt"' } },
  'disposition-extended': { given: { contentDisposition: "attachment; filename*=UTF-8''%e2%82%ac.txt" } },
  encoding: { given: { contentEncoding: 'gzip' } },
  'encoding-of-our-own': { given: { contentEncoding: 'br' } },
  'encoding-chunked': { given: { contentEncoding: 'aws-chunked,gzip' }, kept: { contentEncoding: 'gzip' } },
  'encoding-chunked-only': { given: { contentEncoding: 'aws-chunked' }, kept: {} },
  language: { given: { contentLanguage: 'de-CH' } },
  languages: { given: { contentLanguage: 'de, en' } },
  expires: { given: { expires: new Date('2030-12-31T23:59:58Z') } },
  'expires-fraction': { given: { expires: new Date('2030-12-31T23:59:58.999Z') }, kept: { expires: new Date('2030-12-31T23:59:58Z') } },
  'expires-long-ago': { given: { expires: new Date('1999-01-02T03:04:05Z') } },
  none: { given: {} },
  all: {
    given: {
      contentType: 'application/json',
      cacheControl: 'no-store',
      contentDisposition: 'inline',
      contentEncoding: 'gzip',
      contentLanguage: 'en',
      expires: new Date('2040-01-01T00:00:00Z'),
    },
  },
};

const names = ['contentType', 'cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage', 'expires'] as const;

function headersOf(info: ObjectHeaders): ObjectHeaders {
  return Object.fromEntries(names.filter((name) => name in info).map((name) => [name, info[name]]));
}

const bad: readonly object[] = [
  { contentType: 'text/é' },
  { contentType: '' },
  { contentType: ' ' },
  { contentType: 7 },
  { contentType: null },
  { cacheControl: 'a\r\nb: c' },
  { cacheControl: 'é' },
  { contentDisposition: 'a\0b' },
  { contentEncoding: ['gzip'] },
  { contentLanguage: 'a\nb' },
  { expires: '2030-01-01' },
  { expires: 0 },
  { expires: new Date('junk') },
];

/** Type and headers. */
export const headerCases = [
  ...Object.entries(rows).map(([id, { given, kept = given }]) =>
    contractCase(`headers/${id}`, async ({ bucket }) => {
      const expected = { contentType: 'binary/octet-stream', ...kept };
      await bucket.put('whole', 'body', given);
      await bucket.put('stream', inChunks(pattern(100_000), 1000), given);
      await bucket.put('empty', '', given);
      await bucket.fcopyTo(bucket.name, 'copy', 'whole');
      for (const key of ['whole', 'stream', 'empty', 'copy']) {
        const object = await bucket.get(key);
        assert.deepEqual(headersOf(await bucket.stat(key)), expected, key);
        assert.deepEqual(headersOf(object.info), expected, key);
        await object.cancel();
      }
      const listed: ListedObject[] = await bucket.list();
      for (const { contentType } of listed) assert.equal(contentType, expected.contentType);
    }),
  ),

  contractCase('headers/not-by-the-key', async ({ bucket }) => {
    for (const key of ['page.html', 'data.json', 'picture.png']) {
      await bucket.put(key, 'body');
      assert.equal((await bucket.stat(key)).contentType, 'binary/octet-stream');
    }
  }),

  contractCase('headers/body-stays-as-it-is', async ({ bucket }) => {
    // An encoding is a label: what was put is what comes, not decoded.
    await bucket.put('k', 'not really gzip', { contentEncoding: 'gzip' });
    assert.equal(await (await bucket.get('k')).text(), 'not really gzip');
    assert.equal((await bucket.stat('k')).size, 15);
  }),

  contractCase('headers/refused', async ({ bucket }) => {
    await bucket.put('source', 'body');
    for (const options of bad) {
      await fails(() => bucket.put('k', 'body', options as ObjectHeaders), 'InvalidArgument', {
        operation: 'put',
        bucket: bucket.name,
        key: 'k',
      });
      await fails(() => bucket.fcopyTo(bucket.name, 'k', 'source', options), 'InvalidArgument', { operation: 'fcopyTo' });
    }
    assert.deepEqual(await bucket.listFilename(), ['source']);
  }),
];
