import assert from 'node:assert/strict';
import { listed, sameBytes } from '../check.js';
import { bytesOf } from '../bodies.js';
import { contractCase } from '../contract-case.js';
import { expectedListing } from '../reference.js';

const long = (length: number): string => 'x'.repeat(length);

/** Keys that come back as they were given. */
const keys: Readonly<Record<string, string>> = {
  folders: 'foo/bar/baz',
  backslashes: 'foo\\bar\\baz',
  quotes: 'foo"bar"baz',
  spaces: 'foo bar baz',
  number: '12345',
  'leading-zeros': '007',
  decimal: '1.50',
  hexadecimal: '0x1F',
  exponent: '1e3',
  boolean: 'false',
  null: 'null',
  smileys: '☺☺☺',
  flags: '🇦🇺/$shenanigans@@~.txt',
  chinese: '🐂🍺中文.docx',
  'control-characters': Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join(''),
  'carriage-return': 'a\rb',
  newline: 'a\nb\n',
  tab: '\ta\tb',
  delete: '{|}~\u007f',
  'punctuation-1': ' !"#$%&\'()*+,-.',
  'punctuation-and-slash': ' !"#$%&\'()*+,-./',
  'punctuation-2': ':;<=>?',
  'punctuation-3': '@',
  'punctuation-4': '[\\]^_',
  'punctuation-5': '`',
  'punctuation-6': "!@#$%^&()_+-=;',.txt",
  'like-a-query': 'a?b=c&d=e',
  'like-a-fragment': 'a#b',
  'like-xml': '<a href="x">&amp;</a>',
  'xml-entities': 'a&#13;b',
  'weird-path': "I'm a < & weird path",
  semicolon: 'a;b,c',
  'percent-letters': '%48%45%4C%4C%4F/foo',
  'percent-slash': 'a%2Fb',
  'percent-no-code': '%Q.parquet',
  'percent-bad-code': 'a%zz',
  'percent-nul': 'a%00b',
  plus: 'a+b',
  colon: 'a:b',
  wildcards: 'a*b?"<>|',
  variable: '$HOME/{a}/~',
  option: '-rf',
  attributes: 'x.attrs',
  json: 'x.json',
  'temp-file': '.tmp-1',
  hidden: '.hidden',
  'internal-folder': '.anybucket/index.json',
  'server-folder': '.minio.sys/buckets',
  'server-file': 'xl.meta',
  'part-file': 'k.part.minio',
  device: 'CON',
  'device-with-extension': 'folder/aux.txt',
  'ends-in-dot': 'a.',
  'ends-in-space': 'a ',
  'begins-with-space': ' a',
  'space-only': ' ',
  'three-dots': '...',
  'dots-first': '..a',
  'dots-last': 'a..',
  'dots-and-no-break-space': '\u00a0..\u00a0',
  'folder-of-spaces': ' / /x',
  constructor: 'constructor',
  prototype: '__proto__',
  'has-own-property': 'hasOwnProperty/toString',
  folder: 'd/',
  'nested-folder': 'd/e/',
  'folder-mark-inside': 's__XLDIR__x',
  decomposed: 'e\u0301',
  composed: '\u00e9',
  'not-a-character': 'a\ufffeb\uffff',
  'byte-order-mark': '\ufeffx',
  'private-use': '\ue000',
  'last-character': '\u{10ffff}',
  'right-to-left': '\u202eabc\u202c',
  'zero-width': 'a\u200bb',
  'segment-of-255': `dir/${long(250)}.json`,
  'segment-of-255-bytes': `${'é'.repeat(124)}x`,
  'folder-of-246': `${long(246)}/`,
  'deep-path': 'd/'.repeat(60) + 'end',
  '1024-bytes': [long(255), long(255), long(255), long(251), long(4)].join('/'),
};

/** Keys and what they are not to be mixed up with. */
const pairs: Readonly<Record<string, readonly [string, string]>> = {
  case: ['A', 'a'],
  'case-of-folders': ['Dir/k', 'dir/k'],
  'sharp-s': ['ß', 'ss'],
  'kelvin-sign': ['\u212a', 'k'],
  'turkish-i': ['ı', 'i'],
  'composed-and-decomposed': ['\u00e9', 'e\u0301'],
  'full-width': ['\uff21', 'A'],
  'zero-width': ['a\u200b', 'a'],
  'outer-spaces': [' a ', 'a'],
  'final-dot': ['a.', 'a'],
  'final-slash': ['a/', 'a'],
  'final-newline': ['a\n', 'a'],
  device: ['CON', 'con'],
  'slash-and-backslash': ['a/b', 'a\\b'],
  'slash-and-escape': ['a/b', 'a%2Fb'],
  'slash-and-look-alike': ['a/b', 'a\u2215b'],
  escape: ['%48%45%4C%4C%4F/foo', 'HELLO/foo'],
  'escape-case': ['%2f', '%2F'],
  'double-escape': ['a%2525', 'a%25'],
  'plus-and-space': ['a+b', 'a b'],
  'carriage-return': ['a\rb', 'a\nb'],
  'leading-zero': ['01', '1'],
  'number-form': ['1.0', '1'],
  'folder-mark': ['d__XLDIR__x', 'd/x'],
};

/** Keys: stored as they are, and never taken for one another. */
export const keyCases = [
  ...Object.entries(keys).map(([id, key]) =>
    contractCase(`keys/round-trip/${id}`, async ({ bucket }) => {
      const body = Buffer.from(`the body of ${id}`);
      const copy = `${key}-copy`;
      // A segment that is full has no room for more: its copy goes elsewhere.
      const target = copy.split('/').some((segment) => Buffer.byteLength(segment) > 255) || Buffer.byteLength(copy) > 1024 ? 'copy' : copy;
      const { etag } = await bucket.put(key, body, { metadata: { id } });
      sameBytes(await bytesOf(bucket, key), body);
      const info = await bucket.stat(key);
      assert.equal(info.key, key);
      assert.equal(info.etag, etag);
      assert.equal(await bucket.exists(key), true);
      await bucket.fcopyTo(bucket.name, target, key);
      sameBytes(await bytesOf(bucket, target), body);
      assert.equal((await bucket.stat(target)).metadata['id'], id);
      assert.deepEqual(listed(await bucket.list()), expectedListing([key, target], {}));
      assert.deepEqual(listed(await bucket.list({ prefix: key })), expectedListing([key, target], { prefix: key }));
      assert.deepEqual(listed(await bucket.list({ startAfter: key })), expectedListing([key, target], { startAfter: key }));
      await bucket.delete(key);
      assert.equal(await bucket.exists(key), false);
      assert.deepEqual(listed(await bucket.list()), [target]);
      assert.deepEqual(await bucket.delete([target]), { deleted: [target] });
      assert.deepEqual(await bucket.list(), []);
    }),
  ),

  ...Object.entries(pairs).map(([id, [one, other]]) =>
    contractCase(`keys/not-aliased/${id}`, async ({ bucket }) => {
      await bucket.put(one, 'first', { metadata: { of: 'first' } });
      assert.equal(await bucket.exists(other), false);
      await bucket.put(other, 'second', { metadata: { of: 'second' } });
      assert.equal((await bytesOf(bucket, one)).toString(), 'first');
      assert.equal((await bytesOf(bucket, other)).toString(), 'second');
      assert.equal((await bucket.stat(one)).metadata['of'], 'first');
      assert.equal((await bucket.stat(other)).metadata['of'], 'second');
      assert.deepEqual(listed(await bucket.list()), expectedListing([one, other], {}));
      await bucket.delete(one);
      assert.equal(await bucket.exists(one), false);
      assert.equal((await bytesOf(bucket, other)).toString(), 'second');
      await bucket.delete([other]);
      assert.deepEqual(await bucket.list(), []);
    }),
  ),
];
