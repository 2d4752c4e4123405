import { expect, test } from 'vitest';
import { checkAnyKey, checkKey, maxKeyBytes, maxSegmentBytes } from '../../src/rules/keys.js';
import { codeOf } from '../failure.js';

/** Returns a key of the given number of bytes, in segments of 250 bytes. */
function keyOf(bytes: number, character = 'a'): string {
  const segment = character.repeat(Math.floor(250 / Buffer.byteLength(character)));
  const whole = `${segment}/`.repeat(Math.ceil(bytes / Buffer.byteLength(`${segment}/`)));
  const cut = Buffer.from(whole)
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD|\/$/g, '');
  return cut + 'x'.repeat(bytes - Buffer.byteLength(cut));
}

test('the size limits are those of S3 and MinIO', () => {
  expect([maxKeyBytes, maxSegmentBytes]).toEqual([1024, 255]);
});

test.for([
  'a',
  'a/b/c',
  'a/',
  'a/b/',
  ' ',
  ' a ',
  'd/ ',
  'd/ /x',
  'c /x',
  '\t',
  '\u0001\u001F\u007F\uFFFE',
  'a\nb',
  '\uFEFF',
  '...',
  '. .',
  '.a',
  '..a',
  'a.',
  'a..',
  'a/...',
  'a/.b/..c/d./e..',
  '\u00A0..\u00A0',
  '\u2003.',
  '\u0085..',
  '\\',
  'x\\y',
  'x\\...\\y',
  '%2e%2e/x',
  '%41',
  'a+b',
  'a:b*?"<>|',
  '.minio.sys/x',
  'xl.meta',
  'con',
  's__XLDIR__x',
  '__XLDIR__x/y',
  '__XLDIR_',
  '__xldir__',
  'é',
  'e\u0301',
  '\u{1F30D}',
  '\uE000\uFFFF',
  '__proto__',
])('accepts %j', (key) => {
  expect(codeOf(() => checkKey(key))).toBeUndefined();
});

test.for([
  ['', 'InvalidKey'],
  ['/', 'InvalidKey'],
  ['/a', 'InvalidKey'],
  ['//a', 'InvalidKey'],
  ['a//b', 'InvalidKey'],
  ['a//', 'InvalidKey'],
  ['\0', 'InvalidKey'],
  ['a\0b', 'InvalidKey'],
  ['\uD800', 'InvalidKey'],
  ['a\uDC00b', 'InvalidKey'],
  ['\uDC00\uD800', 'InvalidKey'],
  ['q__XLDIR__', 'InvalidKey'],
  ['__XLDIR__', 'InvalidKey'],
  ['r__XLDIR__/c', 'InvalidKey'],
  ['r__XLDIR__/', 'InvalidKey'],
  ['a/r__XLDIR__', 'InvalidKey'],
  ['.', 'InvalidKey'],
  ['..', 'InvalidKey'],
  ['./', 'InvalidKey'],
  ['../', 'InvalidKey'],
  ['../other/k', 'InvalidKey'],
  ['a/../b', 'InvalidKey'],
  ['a/./b', 'InvalidKey'],
  ['a/.', 'InvalidKey'],
  ['a/..', 'InvalidKey'],
  ['a/../', 'InvalidKey'],
  [' . ', 'InvalidKey'],
  ['x/ .. /y', 'InvalidKey'],
  ['\t.\t', 'InvalidKey'],
  ['x/\v..\f/y', 'InvalidKey'],
  ['x/\n.\r/y', 'InvalidKey'],
  ['x\\..\\y', 'InvalidKey'],
  ['..\\y', 'InvalidKey'],
  ['x\\.\\y', 'InvalidKey'],
  ['x\\..', 'InvalidKey'],
  ['x\\../y', 'InvalidKey'],
] as const)('rejects %j with %s', ([key, code]) => {
  expect(codeOf(() => checkKey(key))).toBe(code);
});

test.for(['a', 'é', '漢', '\u{1F30D}'])('limits the size of a key of %s in bytes', (character) => {
  expect(Buffer.byteLength(keyOf(1024, character))).toBe(1024);
  expect(codeOf(() => checkKey(keyOf(1024, character)))).toBeUndefined();
  expect(codeOf(() => checkKey(keyOf(1025, character)))).toBe('KeyTooLongError');
});

test.for([
  ['a', 255, 246],
  ['é', 127, 123],
  ['漢', 85, 82],
  ['\u{1F30D}', 63, 61],
] as const)('accepts a segment of %s repeated %i times, %i times before a trailing slash', ([character, maxCount, maxCountBeforeSlash]) => {
  const segment = character.repeat(maxCount);
  const folder = character.repeat(maxCountBeforeSlash);
  const keys = [segment, `x/${segment}`, `${segment}/x`, `${segment}/x/`, `${folder}/`, `x/${folder}/`];
  const longer = keys.map((key) => key.replace(character, character.repeat(2)));
  expect(keys.map((key) => codeOf(() => checkKey(key)))).toEqual(keys.map(() => undefined));
  expect(longer.map((key) => codeOf(() => checkKey(key)))).toEqual(longer.map(() => 'InvalidKey'));
});

test.for([undefined, null, 1, {}, ['a'], new String('a'), Symbol('a')])('rejects %o, which is not a string', (key) => {
  expect(codeOf(() => checkKey(key))).toBe('InvalidArgument');
});

test.for([
  ['KeyTooLongError', `/${keyOf(1100)}`],
  ['InvalidKey', '/../a'],
  ['InvalidKey', `../${'a'.repeat(256)}`],
])('reports %s first', ([code, key]) => {
  expect(codeOf(() => checkKey(key))).toBe(code);
});

test.for(['/', '/a', 'a//b', 'a/', '.', '..', '../a', 'a/../b', 'a\0b', 'q__XLDIR__', 'x'.repeat(1024), 'é'.repeat(512)])(
  'the rules of S3 accept %j',
  (key) => {
    expect(codeOf(() => checkAnyKey(key))).toBeUndefined();
  },
);

test.for([
  [1, 'InvalidArgument'],
  ['', 'InvalidKey'],
  ['a\uD800', 'InvalidKey'],
  ['x'.repeat(1025), 'KeyTooLongError'],
  [`x${'é'.repeat(512)}`, 'KeyTooLongError'],
] as const)('the rules of S3 reject %j with %s', ([key, code]) => {
  expect(codeOf(() => checkAnyKey(key))).toBe(code);
});

test('the error has the key', () => {
  expect(() => checkKey('a//b')).toThrow(expect.objectContaining({ key: 'a//b' }));
});
