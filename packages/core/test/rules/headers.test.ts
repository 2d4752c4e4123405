import { expect, test } from 'vitest';
import { hasHeaders, maxHeaderBytes, normaliseHeaders } from '../../src/rules/headers.js';
import { codeOf } from '../failure.js';

const names = ['contentType', 'cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage'] as const;
const second = new Date('2020-01-02T03:04:05Z');

test.for([
  [{}, { contentType: 'binary/octet-stream' }],
  [{ contentType: undefined, expires: undefined }, { contentType: 'binary/octet-stream' }],
  [{ contentType: 'text/html; charset=utf-8' }, { contentType: 'text/html; charset=utf-8' }],
  [{ contentType: ' junk  type ' }, { contentType: 'junk  type' }],
  [
    { cacheControl: 'no-cache', contentDisposition: 'inline', contentEncoding: 'gzip', contentLanguage: 'de, en' },
    {
      contentType: 'binary/octet-stream',
      cacheControl: 'no-cache',
      contentDisposition: 'inline',
      contentEncoding: 'gzip',
      contentLanguage: 'de, en',
    },
  ],
  [{ contentEncoding: 'gzip, br' }, { contentType: 'binary/octet-stream', contentEncoding: 'gzip, br' }],
  [{ contentEncoding: ' gzip ' }, { contentType: 'binary/octet-stream', contentEncoding: 'gzip' }],
  [{ contentEncoding: 'aws-chunked,gzip' }, { contentType: 'binary/octet-stream', contentEncoding: 'gzip' }],
  [{ contentEncoding: 'gzip, aws-chunked , br' }, { contentType: 'binary/octet-stream', contentEncoding: 'gzip, br' }],
  [{ contentEncoding: 'aws-chunked' }, { contentType: 'binary/octet-stream' }],
  [{ cacheControl: 'aws-chunked' }, { contentType: 'binary/octet-stream', cacheControl: 'aws-chunked' }],
  [{ expires: new Date(second.getTime() + 999) }, { contentType: 'binary/octet-stream', expires: second }],
])('stores %o as %o', ([given, stored]) => {
  expect(normaliseHeaders(given as object)).toStrictEqual(stored);
});

test.for(names)('%s accepts printable ASCII only', (name) => {
  for (const value of ['a b', '~', '!']) expect(normaliseHeaders({ [name]: value })[name]).toBe(value);
  const invalid = ['', ' ', 'é', 'a\tb', 'a\nb', '\u007F', '\u001F', 1, null, ['a'], {}];
  expect(invalid.map((value) => codeOf(() => normaliseHeaders({ [name]: value })))).toEqual(invalid.map(() => 'InvalidArgument'));
});

test.for(['2020-01-01', 0, new Date(Number.NaN), new Date(8.64e15), null])('rejects %o as `expires`', (expires) => {
  expect(codeOf(() => normaliseHeaders({ expires: expires as Date }))).toBe('InvalidArgument');
});

test('limits the total size of all text headers', () => {
  const half = 'a'.repeat(maxHeaderBytes / 2);
  expect(normaliseHeaders({ contentType: half, cacheControl: ` ${half} ` }).cacheControl).toBe(half);
  expect(codeOf(() => normaliseHeaders({ contentType: half, cacheControl: `${half}a` }))).toBe('MetadataTooLarge');
});

test.for([
  [{}, false],
  [Object.fromEntries(names.map((name) => [name, undefined])), false],
  ...names.map((name) => [{ [name]: 'x' }, true] as const),
  [{ expires: second }, true],
] as const)('hasHeaders(%o) is %s', ([options, expected]) => {
  expect(hasHeaders(options)).toBe(expected);
});

test('uses defaults for headers that are not given', () => {
  const defaults = { contentType: 'a/b', cacheControl: 'no-store', expires: new Date(5000) };
  expect(normaliseHeaders({}, defaults)).toEqual(defaults);
  expect(normaliseHeaders({ contentType: undefined, cacheControl: 'private' }, defaults)).toEqual({ ...defaults, cacheControl: 'private' });
  expect(codeOf(() => normaliseHeaders({ contentType: null as never }, defaults))).toBe('InvalidArgument');
});
