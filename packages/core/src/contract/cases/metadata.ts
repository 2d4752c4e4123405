import assert from 'node:assert/strict';
import type { Metadata } from '../../api/object-info.js';
import { MiB, inChunks, pattern } from '../bodies.js';
import { expectError } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';

interface Row {
  readonly given: Metadata;
  /** The metadata that `stat` returns. @defaultValue `given` */
  readonly stored?: Metadata;
}

/** User metadata that must be stored. */
const rows: Readonly<Record<string, Row>> = {
  'metadata/one': { given: { color: 'red' } },
  'metadata/many': { given: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`name-${index}`, `value ${index}`])) },
  'metadata/names-in-lower-case': { given: { Color: 'Red', 'X-Y': 'Z' }, stored: { color: 'Red', 'x-y': 'Z' } },
  'metadata/names-with-punctuation': { given: { a_b: '1', 'a.b': '2', 'a-b': '3', '0': '4', '1.50': '5', _: '6' } },
  'metadata/names-like-headers': {
    given: { range: 'x', host: 'y', 'if-match': 'z', 'x-amz-acl': '1', key: 'k', size: '2' },
  },
  'metadata/javascript-property-names': { given: JSON.parse('{"__proto__":"a","constructor":"b","tostring":"c"}') as Metadata },
  'metadata/name-long': { given: { ['n'.repeat(200)]: 'v' } },
  'metadata/inner-spaces': { given: { a: 'one  two   three' } },
  'metadata/outer-spaces': { given: { a: '  x y\t' }, stored: { a: 'x y' } },
  'metadata/empty-value': { given: { a: '' } },
  'metadata/spaces-only': { given: { a: '   ' }, stored: { a: '' } },
  'metadata/numbers': { given: { a: '007', b: '1.50', c: '0x1F', d: 'false', e: 'null', f: '1e3' } },
  'metadata/punctuation': { given: { a: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' } },
  'metadata/xml': { given: { a: '<b>&amp;</b>&#13;' } },
  'metadata/percent': { given: { a: 'a%20b+c%zz' } },
  'metadata/comma': { given: { a: 'x,y, z', b: 'k=v;w' } },
  'metadata/umlauts': { given: { a: 'Grüße', b: 'ñ' } },
  'metadata/emoji': { given: { a: '🌍🇦🇺', b: 'a🌍b' } },
  'metadata/non-latin-scripts': { given: { a: '中文', b: 'עברית', c: 'e\u0301', d: '\ufeff\ue000\u{10ffff}' } },
  'metadata/newline': { given: { a: 'one\ntwo\r\nthree' } },
  'metadata/tab': { given: { a: 'one\ttwo' } },
  'metadata/control-characters': { given: { a: 'a\0b\u0001\u001f\u007f' } },
  'metadata/like-encoded-words': { given: { a: '=?UTF-8?B?w6k=?=', b: '=?utf-8?q?=C3=A9?=', c: 'a =?x', d: '=?', e: '?=' } },
  'metadata/non-ascii-with-spaces': { given: { a: ' é ' }, stored: { a: 'é' } },
};

const value = (length: number): string => 'v'.repeat(length);

/** Metadata at the limit of 2048 bytes, and one byte over it. Names count with the prefix `x-amz-meta-`, values in their encoded form. */
const sizes: Readonly<Record<string, readonly [Metadata, Metadata]>> = {
  'metadata/limit/ascii': [{ a: value(2036) }, { a: value(2037) }],
  'metadata/limit/two-names': [
    { a: value(1000), bc: value(1023) },
    { a: value(1000), bc: value(1024) },
  ],
  'metadata/limit/long-name': [{ ['n'.repeat(1000)]: value(1037) }, { ['n'.repeat(1000)]: value(1038) }],
  // 759 characters of 2 bytes are 2024 bytes in base64, plus 12 bytes for the encoded word.
  'metadata/limit/encoded': [{ a: 'é'.repeat(759) }, { a: 'é'.repeat(760) }],
  'metadata/limit/outer-spaces': [{ a: ` ${value(2036)} ` }, { a: ` ${value(2037)} ` }],
};

const invalid: readonly unknown[] = [
  { 'a b': 'v' },
  { é: 'v' },
  { '': 'v' },
  { 'a:b': 'v' },
  { 'a\n': 'v' },
  { A: '1', a: '2' },
  { a: 7 },
  { a: null },
  { a: undefined },
  { a: ['v'] },
  { a: 'x\ud83c' },
  { 'Content-Type': 'text/plain' },
  { 'content-encoding': 'gzip' },
  { 'Content-MD5': 'x' },
  { expires: 'x' },
  { ETag: 'x' },
  { 'x-amz-meta-a': 'v' },
  { 'X-Amz-Meta-A': 'v' },
  ['v'],
  'a=v',
  7,
  null,
];

/** User metadata. */
export const metadataCases = [
  ...entriesOf(rows).map(([id, { given, stored = given }]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('whole', 'body', { metadata: given });
      await bucket.put('stream', inChunks(pattern(100_000), 1000), { metadata: given });
      await bucket.fcopyTo(bucket.name, 'copy', 'whole');
      await bucket.fcopyTo(bucket.name, 'replaced', 'whole', { metadata: given });
      for (const key of ['whole', 'stream', 'copy', 'replaced'])
        assert.deepEqual({ ...(await bucket.stat(key)).metadata }, { ...stored }, key);
      for (const { key, metadata } of await bucket.list()) assert.deepEqual({ ...metadata }, { ...stored }, `${key} in the listing`);
    }),
  ),

  ...entriesOf(sizes).map(([id, [atLimit, overLimit]]) =>
    contractCase(id, async ({ bucket }) => {
      await bucket.put('k', 'body', { metadata: atLimit });
      const stored = Object.fromEntries(Object.entries(atLimit).map(([name, text]) => [name, text.trim()]));
      assert.deepEqual({ ...(await bucket.stat('k')).metadata }, stored);
      await expectError(() => bucket.put('k', 'new', { metadata: overLimit }), 'MetadataTooLarge', {
        operation: 'put',
        bucket: bucket.name,
        key: 'k',
      });
      await expectError(() => bucket.fcopyTo(bucket.name, 'copy', 'k', { metadata: overLimit }), 'MetadataTooLarge', {
        operation: 'fcopyTo',
      });
      assert.deepEqual({ ...(await bucket.stat('k')).metadata }, stored);
      assert.equal(await (await bucket.get('k')).text(), 'body');
      assert.deepEqual(await bucket.listFilename(), ['k']);
    }),
  ),

  contractCase('metadata/names-sorted', async ({ bucket }) => {
    await bucket.put('k', 'body', { metadata: { c: '1', 'b-b': '2', B: '3', a_: '4', 'a.': '5' } });
    await bucket.fcopyTo(bucket.name, 'copy', 'k');
    await bucket.fcopyTo(bucket.name, 'replaced', 'k', { metadata: { C: '1', 'b-b': '2', b: '3', a_: '4', 'a.': '5' } });
    const sorted = ['a.', 'a_', 'b', 'b-b', 'c'];
    for (const { key, metadata } of await bucket.list()) {
      assert.deepEqual(Object.keys(metadata), sorted);
      assert.deepEqual(Object.keys((await bucket.stat(key)).metadata), sorted);
      const object = await bucket.get(key);
      await object.cancel();
      assert.deepEqual(Object.keys(object.info.metadata), sorted);
    }
  }),

  contractCase('metadata/multipart', async ({ bucket }) => {
    await bucket.put('k', inChunks(pattern(5 * MiB + 1), MiB), { partSize: 5 * MiB, contentType: 'text/x', metadata: { a: 'ü' } });
    const info = await bucket.stat('k');
    assert.deepEqual([info.contentType, { ...info.metadata }], ['text/x', { a: 'ü' }]);
  }),

  contractCase('metadata/input-is-copied', async ({ bucket }) => {
    const metadata = { a: 'b' };
    const expires = new Date('2030-01-01T00:00:00Z');
    await bucket.put('k', 'body', { metadata, expires });
    metadata.a = 'changed';
    expires.setTime(0);
    const info = await bucket.stat('k');
    assert.deepEqual([{ ...info.metadata }, info.expires], [{ a: 'b' }, new Date('2030-01-01T00:00:00Z')]);
  }),

  contractCase('metadata/invalid', async ({ bucket }) => {
    await bucket.put('source', 'body');
    for (const metadata of invalid) {
      await expectError(() => bucket.put('k', 'body', { metadata: metadata as Metadata }), 'InvalidArgument', {
        operation: 'put',
        key: 'k',
      });
      await expectError(() => bucket.fcopyTo(bucket.name, 'k', 'source', { metadata: metadata as Metadata }), 'InvalidArgument', {
        operation: 'fcopyTo',
      });
    }
    assert.deepEqual(await bucket.listFilename(), ['source']);
  }),
];
