import assert from 'node:assert/strict';
import { entryKeys, assertSameBytes } from '../assertions.js';
import { readBytes } from '../bodies.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import type { CaseOptions, ContractCase } from '../contract-case.js';
import { expectedListing } from '../reference.js';

const long = (length: number): string => 'x'.repeat(length);

/** Keys that must be stored and listed unchanged. */
const keys: Readonly<Record<string, string>> = {
  'keys/round-trip/folders': 'foo/bar/baz',
  'keys/round-trip/backslashes': 'foo\\bar\\baz',
  'keys/round-trip/quotes': 'foo"bar"baz',
  'keys/round-trip/spaces': 'foo bar baz',
  'keys/round-trip/number': '12345',
  'keys/round-trip/leading-zeros': '007',
  'keys/round-trip/decimal': '1.50',
  'keys/round-trip/hexadecimal': '0x1F',
  'keys/round-trip/exponent': '1e3',
  'keys/round-trip/boolean': 'false',
  'keys/round-trip/null': 'null',
  'keys/round-trip/smileys': '☺☺☺',
  'keys/round-trip/flags': '🇦🇺/$shenanigans@@~.txt',
  'keys/round-trip/chinese': '🐂🍺中文.docx',
  'keys/round-trip/control-characters': Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join(''),
  'keys/round-trip/carriage-return': 'a\rb',
  'keys/round-trip/newline': 'a\nb\n',
  'keys/round-trip/tab': '\ta\tb',
  'keys/round-trip/delete-character': '{|}~\u007f',
  'keys/round-trip/punctuation-before-slash': ' !"#$%&\'()*+,-.',
  'keys/round-trip/punctuation-with-slash': ' !"#$%&\'()*+,-./',
  'keys/round-trip/punctuation-after-digits': ':;<=>?',
  'keys/round-trip/at-sign': '@',
  'keys/round-trip/punctuation-after-upper-case': '[\\]^_',
  'keys/round-trip/backquote': '`',
  'keys/round-trip/punctuation-mixed': "!@#$%^&()_+-=;',.txt",
  'keys/round-trip/like-a-query': 'a?b=c&d=e',
  'keys/round-trip/like-a-fragment': 'a#b',
  'keys/round-trip/like-xml': '<a href="x">&amp;</a>',
  'keys/round-trip/xml-entities': 'a&#13;b',
  'keys/round-trip/apostrophe-and-ampersand': "I'm a < & weird path",
  'keys/round-trip/semicolon': 'a;b,c',
  'keys/round-trip/percent-encoded-letters': '%48%45%4C%4C%4F/foo',
  'keys/round-trip/percent-encoded-slash': 'a%2Fb',
  'keys/round-trip/percent-without-hex-digits': '%Q.parquet',
  'keys/round-trip/percent-invalid-hex-digits': 'a%zz',
  'keys/round-trip/percent-encoded-nul': 'a%00b',
  'keys/round-trip/plus': 'a+b',
  'keys/round-trip/colon': 'a:b',
  'keys/round-trip/wildcards': 'a*b?"<>|',
  'keys/round-trip/shell-variable': '$HOME/{a}/~',
  'keys/round-trip/command-line-option': '-rf',
  'keys/round-trip/attributes-file': 'x.attrs',
  'keys/round-trip/json-file': 'x.json',
  'keys/round-trip/temp-file': '.tmp-1',
  'keys/round-trip/hidden': '.hidden',
  'keys/round-trip/internal-folder': '.anybucket/index.json',
  'keys/round-trip/server-folder': '.minio.sys/buckets',
  'keys/round-trip/server-file': 'xl.meta',
  'keys/round-trip/part-file': 'k.part.minio',
  'keys/round-trip/windows-device': 'CON',
  'keys/round-trip/windows-device-with-extension': 'folder/aux.txt',
  'keys/round-trip/trailing-dot': 'a.',
  'keys/round-trip/trailing-space': 'a ',
  'keys/round-trip/leading-space': ' a',
  'keys/round-trip/space-only': ' ',
  'keys/round-trip/three-dots': '...',
  'keys/round-trip/leading-dots': '..a',
  'keys/round-trip/trailing-dots': 'a..',
  'keys/round-trip/dots-and-no-break-space': '\u00a0..\u00a0',
  'keys/round-trip/folder-of-spaces': ' / /x',
  'keys/round-trip/constructor': 'constructor',
  'keys/round-trip/proto-property': '__proto__',
  'keys/round-trip/has-own-property': 'hasOwnProperty/toString',
  'keys/round-trip/folder': 'd/',
  'keys/round-trip/nested-folder': 'd/e/',
  'keys/round-trip/minio-folder-marker-inside': 's__XLDIR__x',
  'keys/round-trip/decomposed': 'e\u0301',
  'keys/round-trip/composed': '\u00e9',
  'keys/round-trip/noncharacters': 'a\ufffeb\uffff',
  'keys/round-trip/byte-order-mark': '\ufeffx',
  'keys/round-trip/private-use': '\ue000',
  'keys/round-trip/last-code-point': '\u{10ffff}',
  'keys/round-trip/right-to-left': '\u202eabc\u202c',
  'keys/round-trip/zero-width': 'a\u200bb',
  'keys/round-trip/segment-of-255': `dir/${long(250)}.json`,
  'keys/round-trip/segment-of-255-bytes': `${'é'.repeat(124)}x`,
  'keys/round-trip/folder-of-246': `${long(246)}/`,
  'keys/round-trip/deep-path': 'd/'.repeat(60) + 'end',
  'keys/round-trip/1024-bytes': [long(255), long(255), long(255), long(251), long(4)].join('/'),
};

/** Pairs of keys that a backend could mistake for the same key. */
const pairs: Readonly<Record<string, readonly [string, string]>> = {
  'keys/not-aliased/case': ['A', 'a'],
  'keys/not-aliased/case-of-folders': ['Dir/k', 'dir/k'],
  'keys/not-aliased/sharp-s': ['ß', 'ss'],
  'keys/not-aliased/kelvin-sign': ['\u212a', 'k'],
  'keys/not-aliased/turkish-i': ['ı', 'i'],
  'keys/not-aliased/composed-and-decomposed': ['\u00e9', 'e\u0301'],
  'keys/not-aliased/full-width': ['\uff21', 'A'],
  'keys/not-aliased/zero-width': ['a\u200b', 'a'],
  'keys/not-aliased/surrounding-spaces': [' a ', 'a'],
  'keys/not-aliased/trailing-dot': ['a.', 'a'],
  'keys/not-aliased/trailing-slash': ['a/', 'a'],
  'keys/not-aliased/trailing-newline': ['a\n', 'a'],
  'keys/not-aliased/windows-device': ['CON', 'con'],
  'keys/not-aliased/slash-and-backslash': ['a/b', 'a\\b'],
  'keys/not-aliased/slash-and-percent-escape': ['a/b', 'a%2Fb'],
  'keys/not-aliased/slash-and-division-slash': ['a/b', 'a\u2215b'],
  'keys/not-aliased/percent-escapes': ['%48%45%4C%4C%4F/foo', 'HELLO/foo'],
  'keys/not-aliased/percent-escape-case': ['%2f', '%2F'],
  'keys/not-aliased/double-percent-escape': ['a%2525', 'a%25'],
  'keys/not-aliased/plus-and-space': ['a+b', 'a b'],
  'keys/not-aliased/carriage-return': ['a\rb', 'a\nb'],
  'keys/not-aliased/leading-zero': ['01', '1'],
  'keys/not-aliased/trailing-decimal-zero': ['1.0', '1'],
  'keys/not-aliased/minio-folder-marker': ['d__XLDIR__x', 'd/x'],
};

/** Creates a case that stores, reads, lists, copies and deletes an object with a key. */
export function roundTripCase(id: string, key: string, options?: CaseOptions): ContractCase {
  return contractCase(
    id,
    async ({ bucket }) => {
      const body = Buffer.from(`the body of ${id}`);
      const copy = `${key}-copy`;
      // The suffix must not exceed the limits of a segment or key.
      const target = copy.split('/').some((segment) => Buffer.byteLength(segment) > 255) || Buffer.byteLength(copy) > 1024 ? 'copy' : copy;
      const { etag } = await bucket.put(key, body, { metadata: { id } });
      assertSameBytes(await readBytes(bucket, key), body);
      const info = await bucket.stat(key);
      assert.equal(info.key, key);
      assert.equal(info.etag, etag);
      assert.equal(await bucket.exists(key), true);
      await bucket.fcopyTo(bucket.name, target, key);
      assertSameBytes(await readBytes(bucket, target), body);
      assert.equal((await bucket.stat(target)).metadata['id'], id);
      assert.deepEqual(entryKeys(await bucket.list()), expectedListing([key, target], {}));
      assert.deepEqual(entryKeys(await bucket.list({ prefix: key })), expectedListing([key, target], { prefix: key }));
      assert.deepEqual(entryKeys(await bucket.list({ startAfter: key })), expectedListing([key, target], { startAfter: key }));
      await bucket.delete(key);
      assert.equal(await bucket.exists(key), false);
      assert.deepEqual(entryKeys(await bucket.list()), [target]);
      assert.deepEqual(await bucket.delete([target]), { deleted: [target] });
      assert.deepEqual(await bucket.list(), []);
    },
    options,
  );
}

/** Creates a case that stores two objects, whose keys a backend could mistake for the same. */
export function pairCase(id: string, [one, other]: readonly [string, string], options?: CaseOptions): ContractCase {
  return contractCase(
    id,
    async ({ bucket }) => {
      await bucket.put(one, 'first', { metadata: { of: 'first' } });
      assert.equal(await bucket.exists(other), false);
      await bucket.put(other, 'second', { metadata: { of: 'second' } });
      assert.equal((await readBytes(bucket, one)).toString(), 'first');
      assert.equal((await readBytes(bucket, other)).toString(), 'second');
      assert.equal((await bucket.stat(one)).metadata['of'], 'first');
      assert.equal((await bucket.stat(other)).metadata['of'], 'second');
      assert.deepEqual(entryKeys(await bucket.list()), expectedListing([one, other], {}));
      await bucket.delete(one);
      assert.equal(await bucket.exists(one), false);
      assert.equal((await readBytes(bucket, other)).toString(), 'second');
      await bucket.delete([other]);
      assert.deepEqual(await bucket.list(), []);
    },
    options,
  );
}

/** Keys are stored unchanged, and different keys are different objects. */
export const keyCases = [
  ...entriesOf(keys).map(([id, key]) => roundTripCase(id, key)),
  ...entriesOf(pairs).map(([id, keysOfPair]) => pairCase(id, keysOfPair)),
];
