import assert from 'node:assert/strict';
import type { Metadata } from '../../api/object-info.js';
import { MiB, inChunks, pattern } from '../bodies.js';
import { fails } from '../check.js';
import { contractCase } from '../contract-case.js';

interface Row {
  readonly given: Metadata;
  /** What comes back; the same when absent. */
  readonly kept?: Metadata;
}

/** User metadata, as it comes back. */
const rows: Readonly<Record<string, Row>> = {
  one: { given: { color: 'red' } },
  many: { given: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`name-${index}`, `value ${index}`])) },
  'names-in-lower-case': { given: { Color: 'Red', 'X-Y': 'Z' }, kept: { color: 'Red', 'x-y': 'Z' } },
  'names-with-marks': { given: { a_b: '1', 'a.b': '2', 'a-b': '3', '0': '4', '1.50': '5', _: '6' } },
  'names-like-headers': { given: { 'content-type': 'x', etag: 'y', 'last-modified': 'z', 'content-length': '1', key: 'k', size: '2' } },
  'names-of-javascript': { given: JSON.parse('{"__proto__":"a","constructor":"b","tostring":"c"}') as Metadata },
  'name-long': { given: { ['n'.repeat(200)]: 'v' } },
  'inner-spaces': { given: { a: 'one  two   three' } },
  'outer-spaces': { given: { a: '  x y\t' }, kept: { a: 'x y' } },
  'empty-value': { given: { a: '' } },
  'spaces-only': { given: { a: '   ' }, kept: { a: '' } },
  numbers: { given: { a: '007', b: '1.50', c: '0x1F', d: 'false', e: 'null', f: '1e3' } },
  punctuation: { given: { a: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' } },
  xml: { given: { a: '<b>&amp;</b>&#13;' } },
  percent: { given: { a: 'a%20b+c%zz' } },
  comma: { given: { a: 'x,y, z', b: 'k=v;w' } },
  umlauts: { given: { a: 'Grüße', b: 'ñ' } },
  emoji: { given: { a: '🌍🇦🇺', b: 'a🌍b' } },
  'any-script': { given: { a: '中文', b: 'עברית', c: 'e\u0301', d: '\ufeff\ue000\u{10ffff}' } },
  newline: { given: { a: 'one\ntwo\r\nthree' } },
  tab: { given: { a: 'one\ttwo' } },
  'control-characters': { given: { a: 'a\0b\u0001\u001f\u007f' } },
  'like-encoded': { given: { a: '=?UTF-8?B?w6k=?=', b: '=?utf-8?q?=C3=A9?=', c: 'a =?x', d: '=?', e: '?=' } },
  'non-ascii-with-spaces': { given: { a: ' é ' }, kept: { a: 'é' } },
};

const value = (length: number): string => 'v'.repeat(length);

/** 2048 bytes in all: names with `x-amz-meta-`, values in their encoded form. */
const sizes: Readonly<Record<string, readonly [Metadata, Metadata]>> = {
  ascii: [{ a: value(2036) }, { a: value(2037) }],
  'two-names': [
    { a: value(1000), bc: value(1023) },
    { a: value(1000), bc: value(1024) },
  ],
  'long-name': [{ ['n'.repeat(1000)]: value(1037) }, { ['n'.repeat(1000)]: value(1038) }],
  // 759 letters of 2 bytes are 2024 in base64; the encoded word around them takes 12 more.
  encoded: [{ a: 'é'.repeat(759) }, { a: 'é'.repeat(760) }],
  'outer-spaces': [{ a: ` ${value(2036)} ` }, { a: ` ${value(2037)} ` }],
};

const bad: readonly unknown[] = [
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
  ['v'],
  'a=v',
  7,
  null,
];

/** User metadata. */
export const metadataCases = [
  ...Object.entries(rows).map(([id, { given, kept = given }]) =>
    contractCase(`metadata/${id}`, async ({ bucket }) => {
      await bucket.put('whole', 'body', { metadata: given });
      await bucket.put('stream', inChunks(pattern(100_000), 1000), { metadata: given });
      await bucket.fcopyTo(bucket.name, 'copy', 'whole');
      await bucket.fcopyTo(bucket.name, 'replaced', 'whole', { metadata: given });
      for (const key of ['whole', 'stream', 'copy', 'replaced'])
        assert.deepEqual({ ...(await bucket.stat(key)).metadata }, { ...kept }, key);
      for (const { key, metadata } of await bucket.list()) assert.deepEqual({ ...metadata }, { ...kept }, `${key} in the listing`);
    }),
  ),

  ...Object.entries(sizes).map(([id, [most, tooMuch]]) =>
    contractCase(`metadata/limit/${id}`, async ({ bucket }) => {
      await bucket.put('k', 'body', { metadata: most });
      const kept = Object.fromEntries(Object.entries(most).map(([name, text]) => [name, text.trim()]));
      assert.deepEqual({ ...(await bucket.stat('k')).metadata }, kept);
      await fails(() => bucket.put('k', 'new', { metadata: tooMuch }), 'MetadataTooLarge', {
        operation: 'put',
        bucket: bucket.name,
        key: 'k',
      });
      await fails(() => bucket.fcopyTo(bucket.name, 'copy', 'k', { metadata: tooMuch }), 'MetadataTooLarge', { operation: 'fcopyTo' });
      assert.deepEqual({ ...(await bucket.stat('k')).metadata }, kept);
      assert.equal(await (await bucket.get('k')).text(), 'body');
      assert.deepEqual(await bucket.listFilename(), ['k']);
    }),
  ),

  contractCase('metadata/of-parts', async ({ bucket }) => {
    await bucket.put('k', inChunks(pattern(5 * MiB + 1), MiB), { partSize: 5 * MiB, contentType: 'text/x', metadata: { a: 'ü' } });
    const info = await bucket.stat('k');
    assert.deepEqual([info.contentType, { ...info.metadata }], ['text/x', { a: 'ü' }]);
  }),

  contractCase('metadata/given-object-is-copied', async ({ bucket }) => {
    const metadata = { a: 'b' };
    const expires = new Date('2030-01-01T00:00:00Z');
    await bucket.put('k', 'body', { metadata, expires });
    metadata.a = 'changed';
    expires.setTime(0);
    const info = await bucket.stat('k');
    assert.deepEqual([{ ...info.metadata }, info.expires], [{ a: 'b' }, new Date('2030-01-01T00:00:00Z')]);
  }),

  contractCase('metadata/refused', async ({ bucket }) => {
    await bucket.put('source', 'body');
    for (const metadata of bad) {
      await fails(() => bucket.put('k', 'body', { metadata: metadata as Metadata }), 'InvalidArgument', { operation: 'put', key: 'k' });
      await fails(() => bucket.fcopyTo(bucket.name, 'k', 'source', { metadata: metadata as Metadata }), 'InvalidArgument', {
        operation: 'fcopyTo',
      });
    }
    assert.deepEqual(await bucket.listFilename(), ['source']);
  }),
];
