import { expect, test } from 'vitest';
import { contentTypeOf, resolveContentType } from '../../src/rules/content-types.js';

test.for([
  ['a.html', 'text/html'],
  ['A.HTML', 'text/html'],
  ['/some/folder.d/a.b.json', 'application/json'],
  ['a.tar.gz', 'application/gzip'],
  ['a.csv', 'text/csv'],
  ['json', 'binary/octet-stream'],
  ['.json', 'binary/octet-stream'],
  ['a.', 'binary/octet-stream'],
  ['a.no-such-type', 'binary/octet-stream'],
  ['a.json/b', 'binary/octet-stream'],
  ['', 'binary/octet-stream'],
] as const)('%s has the content type %s', ([name, type]) => {
  expect(contentTypeOf(name)).toBe(type);
});

test('the content type `auto` is that of the key', () => {
  expect(resolveContentType({ contentType: 'auto', cacheControl: 'no-store' }, 'a/b.css')).toEqual({
    contentType: 'text/css',
    cacheControl: 'no-store',
  });
  expect(resolveContentType({ contentType: 'auto' }, 'a')).toEqual({ contentType: 'binary/octet-stream' });
  const headers = { contentType: 'text/html' };
  expect(resolveContentType(headers, 'a.css')).toBe(headers);
  expect(resolveContentType({}, 'a.css')).toEqual({});
});
