import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { metadataCodes, tagCodes } from '../src/model/attributes.js';
import { compareBytes, etagOfParts } from '../src/model/bytes.js';
import { listed } from '../src/model/listing.js';
import { bucketNameFindings, keyFindings } from '../src/model/names.js';
import { SomeOf } from '../src/model/some-of.js';

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
] as const)('key %#', ([key, codes]) => {
  expect(keyFindings(key).map(({ code }) => code)).toEqual(codes);
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
] as const)('the bucket name %j: %j', ([name, code]) => {
  expect(bucketNameFindings(name)[0]?.code).toBe(code);
});

test('keys are in the order of their bytes', () => {
  expect(['🌍', '\ue000', 'é', 'a/', 'a-', 'a'].sort(compareBytes)).toEqual(['a', 'a-', 'a/', 'é', '\ue000', '🌍']);
});

test.for([
  [2, 5, '5d41402abc4b2a76b9719d911017c592'],
  [2, 2, '65a8e27d8879283831b664bd8b7f0ad4'],
] as const)('an ETag of %i bytes a part is no plain MD5 above it', ([partSize]) => {
  expect(etagOfParts(Buffer.from('ab'), partSize)).toBe('187ef4436122d1cc2f40dc2b92f0eba0');
  expect(etagOfParts(Buffer.from('abc'), partSize)).toMatch(/^[0-9a-f]{32}-2$/);
});

test.for([
  [{ prefix: '', delimiter: '', after: '' }, ['a', 'a-', 'a/b', 'a/c/d', 'b']],
  [{ prefix: '', delimiter: '/', after: '' }, ['a', 'a-', 'a/', 'b']],
  [{ prefix: 'a/', delimiter: '/', after: '' }, ['a/b', 'a/c/']],
  [{ prefix: 'a', delimiter: '/', after: 'a/b' }, []],
  [{ prefix: '', delimiter: '/', after: 'a-' }, ['a/', 'b']],
  [{ prefix: '', delimiter: 'c/', after: '' }, ['a', 'a-', 'a/b', 'a/c/', 'b']],
] as const)('a listing with %j: %j', ([asked, names]) => {
  expect(listed(['b', 'a/c/d', 'a', 'a/b', 'a-'], asked).map(({ key }) => key)).toEqual(names);
});

test.for([
  [{ a: 'v' }, []],
  [{ a: 'v', A: 'w' }, ['InvalidArgument']],
  [{ 'a b': 'v' }, ['InvalidArgument']],
  [{ a: 'x'.repeat(2036) }, []],
  [{ a: 'x'.repeat(2037) }, ['MetadataTooLarge']],
  [{ a: 'é'.repeat(1000) }, ['MetadataTooLarge']],
  [new Map(), ['InvalidArgument']],
] as const)('metadata %#', ([metadata, codes]) => {
  expect(metadataCodes(metadata)).toEqual(codes);
});

test.for([
  [{ k: 'v' }, []],
  [{ k: 'é' }, ['InvalidTag']],
  [{ '': 'v' }, ['InvalidTag']],
  [Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, 'v'])), ['BadRequest']],
  ['k=v', ['InvalidArgument']],
] as const)('tags %#', ([tags, codes]) => {
  expect(tagCodes(tags)).toEqual(codes);
});

test.for([
  [['a', 'b', 'c'], true],
  [['a', 'c'], true],
  [['a', 'b'], false],
  [['c', 'a'], false],
  [['a', 'x', 'c'], false],
] as const)('of a, perhaps b, and c the listing %j may be given: %j', ([listing, admitted]) => {
  const some = new SomeOf(['a', 'b', 'c'], [false, true, false], Infinity);
  expect(some.admits(listing, Object.is)).toBe(admitted);
});

const source = fileURLToPath(new URL('../src', import.meta.url));
const imports = /(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g;

test('the model shares nothing with what it judges: it imports Node, itself, and how calls are written down', async () => {
  const files = (await readdir(source, { recursive: true })).filter((name) => /^(?:model|calls)\/.*\.ts$/.test(name));
  expect(files).toContain('model/model.ts');
  for (const file of files) {
    const text = await readFile(join(source, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(imports)) {
      const target = specifier.startsWith('.') ? relative(source, join(source, dirname(file), specifier)) : specifier;
      expect(target, `imported by ${file}`).toMatch(/^(?:node:|model\/|calls\/)/);
    }
  }
});
