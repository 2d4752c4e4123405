import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isKey, isObjectPath, isStoredAtPath } from '../../src/layout/key-paths.js';
import type { NameRules } from '../../src/layout/key-paths.js';

const exact: NameRules = { foldsNames: false, windowsNames: false, longestPath: 1024 };
const folding: NameRules = { ...exact, foldsNames: true };
const windows: NameRules = { ...folding, windowsNames: true };
const volumes = { exact, folding, windows };

/** Keys made of strings that volumes treat differently, and of arbitrary text. */
const keys = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'a',
        'A',
        'ß',
        'ss',
        'SS',
        'ſ',
        'ς',
        'σ',
        'Σ',
        'é',
        'e\u0301',
        'İ',
        'ı',
        'ﬁ',
        '/',
        '.',
        ' ',
        '\\',
        ':',
        '*',
        '~1',
        'con',
        'NUL',
        'com1.txt',
        '\u200d',
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) => pieces.join(''))
  .filter(isKey);

describe.each(Object.entries(volumes))('with the name rules "%s"', (_name, rules) => {
  test('a key that is stored at a path is an object path below the directory of its bucket', () => {
    fc.assert(
      fc.property(keys, (key) => {
        assert.equal(isObjectPath(key, rules), isStoredAtPath(key, rules));
        if (isStoredAtPath(key, rules)) assert.ok(key.split('/').every((name) => name !== '' && name !== '.' && name !== '..'));
      }),
      { numRuns: 5000 },
    );
  });

  test('no two keys share a file', () => {
    const sameFile = rules.foldsNames ? (name: string) => name.normalize('NFC').toLowerCase().normalize('NFC') : (name: string) => name;
    const upper = rules.foldsNames ? (name: string) => name.normalize('NFD').toUpperCase().normalize('NFC') : sameFile;
    const variants = (key: string) => [
      key,
      key.toUpperCase(),
      key.toLowerCase(),
      key.normalize('NFC'),
      key.normalize('NFD'),
      key.toUpperCase().toLowerCase(),
    ];
    fc.assert(
      fc.property(keys, (key) => {
        const paths = [...new Set(variants(key).filter(isKey))].filter((variant) => isStoredAtPath(variant, rules));
        assert.equal(new Set(paths.map(sameFile)).size, paths.length);
        assert.equal(new Set(paths.map(upper)).size, paths.length);
      }),
      { numRuns: 5000 },
    );
  });
});

test.each(['a.txt', 'photos/2026/b.jpg', '.hidden', '.tmp-1', ' a ', 'a.', 'CON', 'A', 'a\\b', '%2F', '☺', 'x'.repeat(255)])(
  'a volume with exact names stores %j at a path',
  (key) => {
    expect(isStoredAtPath(key, exact)).toBe(true);
  },
);

test.each(['a/', 'a/b/'])('no volume stores %j at a path', (key) => {
  for (const rules of Object.values(volumes)) expect(isStoredAtPath(key, rules)).toBe(false);
});

test.each(['A', 'readme.MD', 'e\u0301', 'ß', 'ſ', 'Σ', 'a\u200db'])('a volume that folds names does not store %j at a path', (key) => {
  expect(isStoredAtPath(key, folding)).toBe(false);
  expect(isStoredAtPath(key, exact)).toBe(true);
});

test.each(['a:b', 'a\\b', 'a?', 'a*', 'a.', 'a ', 'con', 'nul.txt', 'a/aux/b', 'com1', 'lpt9.log', 'a\u0001', 'progra~1', 'a|b', '<', '"'])(
  'Windows does not store %j at a path',
  (key) => {
    expect(isStoredAtPath(key, windows)).toBe(false);
    expect(isStoredAtPath(key, folding)).toBe(true);
  },
);

test('a key longer than `longestPath` is not stored at a path', () => {
  const key = Array.from({ length: 10 }, () => 'é'.repeat(50)).join('/');
  expect(isStoredAtPath(key, { ...exact, longestPath: 512 })).toBe(false);
  expect(isStoredAtPath(key, exact)).toBe(true);
});

test.each(['..', '../x', 'a/../b', '/a', 'a//b', 'a/', 'x__XLDIR__', ' .. /x', ''])('%j is not the path of an object', (path) => {
  expect(isObjectPath(path, exact)).toBe(false);
});
