import { expect, test } from 'vitest';
import { contentTypeOf } from '../../src/rules/content-types.js';

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
