import assert from 'node:assert/strict';
import type { ListedObject, ObjectHeaders } from '../../api/object-info.js';
import { inChunks, pattern } from '../bodies.js';
import { expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

interface Row {
  readonly given: ObjectHeaders;
  /** The headers that `stat` returns. @defaultValue `given` */
  readonly stored?: ObjectHeaders;
}

/** Headers that are stored with an object. */
const rows: Readonly<Record<string, Row>> = {
  'headers/type': { given: { contentType: 'text/plain' } },
  'headers/type-with-charset': { given: { contentType: 'text/html; charset=utf-8' } },
  'headers/type-with-quotes': { given: { contentType: 'multipart/mixed; boundary="a b"' } },
  'headers/type-without-slash': { given: { contentType: 'junk' } },
  'headers/type-in-upper-case': { given: { contentType: 'Text/HTML' } },
  'headers/type-trimmed': { given: { contentType: '  text/css ' }, stored: { contentType: 'text/css' } },
  'headers/cache-control': { given: { cacheControl: 'public, max-age=3600, immutable' } },
  'headers/disposition': { given: { contentDisposition: 'attachment; filename="a; b\\"c.txt"' } },
  'headers/disposition-extended': { given: { contentDisposition: "attachment; filename*=UTF-8''%e2%82%ac.txt" } },
  'headers/encoding': { given: { contentEncoding: 'gzip' } },
  'headers/encoding-br': { given: { contentEncoding: 'br' } },
  'headers/encoding-chunked': { given: { contentEncoding: 'aws-chunked,gzip' }, stored: { contentEncoding: 'gzip' } },
  'headers/encoding-chunked-only': { given: { contentEncoding: 'aws-chunked' }, stored: {} },
  'headers/language': { given: { contentLanguage: 'de-CH' } },
  'headers/languages': { given: { contentLanguage: 'de, en' } },
  'headers/expires': { given: { expires: new Date('2030-12-31T23:59:58Z') } },
  'headers/expires-fraction': {
    given: { expires: new Date('2030-12-31T23:59:58.999Z') },
    stored: { expires: new Date('2030-12-31T23:59:58Z') },
  },
  'headers/expires-in-the-past': { given: { expires: new Date('1999-01-02T03:04:05Z') } },
  'headers/none': { given: {} },
  'headers/all': {
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

const invalid: readonly object[] = [
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

/** The content type and other headers of objects. */
export const headerCases = [
  ...entriesOf(rows).map(([id, { given, stored = given }]) =>
    contractCase(id, async ({ bucket }) => {
      const expected = { contentType: 'binary/octet-stream', ...stored };
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

  contractCase('headers/type-not-from-key', async ({ bucket }) => {
    for (const key of ['page.html', 'data.json', 'picture.png']) {
      await bucket.put(key, 'body');
      assert.equal((await bucket.stat(key)).contentType, 'binary/octet-stream');
    }
  }),

  contractCase('headers/body-not-decoded', async ({ bucket }) => {
    // `contentEncoding` is only stored: bodies are neither encoded nor decoded.
    await bucket.put('k', 'not really gzip', { contentEncoding: 'gzip' });
    assert.equal(await (await bucket.get('k')).text(), 'not really gzip');
    assert.equal((await bucket.stat('k')).size, 15);
  }),

  contractCase('headers/invalid', async ({ bucket }) => {
    await bucket.put('source', 'body');
    for (const options of invalid) {
      await expectError(() => bucket.put('k', 'body', options as ObjectHeaders), 'InvalidArgument', {
        operation: 'put',
        bucket: bucket.name,
        key: 'k',
      });
      await expectError(() => bucket.fcopyTo(bucket.name, 'k', 'source', options), 'InvalidArgument', { operation: 'fcopyTo' });
    }
    assert.deepEqual(await bucket.listFilename(), ['source']);
  }),
];
