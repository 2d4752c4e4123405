import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { metadataErrors, tagErrors } from '../src/model/attributes.js';
import { compareBytes, etagOf } from '../src/model/bytes.js';
import { PartialListing } from '../src/model/expected-outcome.js';
import { listEntries } from '../src/model/listing.js';
import { bucketNameErrors, keyErrors } from '../src/model/names.js';

test.for([
  ['a', []],
  ['a/', []],
  ['...', []],
  ['a__XLDIR__x', []],
  ['l'.repeat(255), []],
  [`${'l'.repeat(247)}/`, []],
  ['', ['InvalidKey']],
  [42, ['InvalidArgument']],
  ['/a', ['InvalidKey']],
  ['a//b', ['InvalidKey']],
  ['\ud800', ['InvalidKey']],
  ['a\0', ['InvalidKey']],
  ['a__XLDIR__/b', ['InvalidKey']],
  ['é'.repeat(128), ['InvalidKey']],
  [`${'l'.repeat(248)}/`, ['InvalidKey']],
  ['a/ .. /b', ['InvalidKey']],
  ['a\\.', ['InvalidKey']],
  ['x'.repeat(1025), ['KeyTooLongError', 'InvalidKey']],
] as const)('validates key %#', ([key, codes]) => {
  expect(keyErrors(key).map(({ code }) => code)).toEqual(codes);
});

test.for([
  ['abc', undefined],
  ['a.b-c', undefined],
  ['1.2.3', undefined],
  ['1.2.3.4', 'InvalidBucketName'],
  ['a..b', 'InvalidBucketName'],
  ['a-.b', 'InvalidBucketName'],
  ['Abc', 'InvalidBucketName'],
  ['minio', 'AllAccessDisabled'],
  [undefined, 'InvalidArgument'],
] as const)('validates the bucket name %j: %j', ([name, code]) => {
  expect(bucketNameErrors(name)[0]?.code).toBe(code);
});

test('compares keys by their UTF-8 bytes', () => {
  expect(['🌍', '\ue000', 'é', 'a/', 'a-', 'a'].sort(compareBytes)).toEqual(['a', 'a-', 'a/', 'é', '\ue000', '🌍']);
});

test.for([
  [2, 5, '5d41402abc4b2a76b9719d911017c592'],
  [2, 2, '65a8e27d8879283831b664bd8b7f0ad4'],
] as const)('the ETag of a body larger than one part of %i bytes is a multipart ETag', ([partSize]) => {
  expect(etagOf(Buffer.from('ab'), partSize)).toBe('187ef4436122d1cc2f40dc2b92f0eba0');
  expect(etagOf(Buffer.from('abc'), partSize)).toMatch(/^[0-9a-f]{32}-2$/);
});

test.for([
  [{ prefix: '', delimiter: '', startAfter: '' }, ['a', 'a-', 'a/b', 'a/c/d', 'b']],
  [{ prefix: '', delimiter: '/', startAfter: '' }, ['a', 'a-', 'a/', 'b']],
  [{ prefix: 'a/', delimiter: '/', startAfter: '' }, ['a/b', 'a/c/']],
  [{ prefix: 'a', delimiter: '/', startAfter: 'a/b' }, []],
  [{ prefix: '', delimiter: '/', startAfter: 'a-' }, ['a/', 'b']],
  [{ prefix: '', delimiter: 'c/', startAfter: '' }, ['a', 'a-', 'a/b', 'a/c/', 'b']],
] as const)('listing with %j: %j', ([query, names]) => {
  expect(listEntries(['b', 'a/c/d', 'a', 'a/b', 'a-'], query).map(({ key }) => key)).toEqual(names);
});

test.for([
  [{ a: 'v' }, []],
  [{ a: 'v', A: 'w' }, ['InvalidArgument']],
  [{ 'a b': 'v' }, ['InvalidArgument']],
  [{ a: 'x'.repeat(2036) }, []],
  [{ a: 'x'.repeat(2037) }, ['MetadataTooLarge']],
  [{ a: 'é'.repeat(1000) }, ['MetadataTooLarge']],
  [new Map(), ['InvalidArgument']],
] as const)('validates metadata %#', ([metadata, codes]) => {
  expect(metadataErrors(metadata)).toEqual(codes);
});

test.for([
  [{ k: 'v' }, []],
  [{ k: 'é' }, ['InvalidTag']],
  [{ '': 'v' }, ['InvalidTag']],
  [Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, 'v'])), ['BadRequest']],
  ['k=v', ['InvalidArgument']],
] as const)('validates tags %#', ([tags, codes]) => {
  expect(tagErrors(tags)).toEqual(codes);
});

test.for([
  [['a', 'b', 'c'], true],
  [['a', 'c'], true],
  [['a', 'b'], false],
  [['c', 'a'], false],
  [['a', 'x', 'c'], false],
] as const)('a listing of a, optionally b, and c allows %j: %j', ([listing, allowed]) => {
  const expected = new PartialListing(['a', 'b', 'c'], [false, true, false], Infinity);
  expect(expected.allows(listing, Object.is)).toBe(allowed);
});

const source = fileURLToPath(new URL('../src', import.meta.url));
const importSpecifier = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

test('the model imports only Node, itself and the call format, and no code of the library', async () => {
  const files = (await readdir(source, { recursive: true })).filter((name) => /^(?:model|calls)\/.*\.ts$/.test(name));
  expect(files).toContain('model/model.ts');
  for (const file of files) {
    const text = await readFile(join(source, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(importSpecifier)) {
      const target = specifier.startsWith('.') ? relative(source, join(source, dirname(file), specifier)) : specifier;
      expect(target, `imported by ${file}`).toMatch(/^(?:node:|model\/|calls\/)/);
    }
  }
});
