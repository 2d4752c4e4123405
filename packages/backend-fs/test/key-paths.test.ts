import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, isKey, keyOfPath, placeOf } from '../src/layout/key-paths.js';
import type { NameRules } from '../src/layout/key-paths.js';

const exact: NameRules = { foldsNames: false, windowsNames: false, longestPath: 1024 };
const folding: NameRules = { ...exact, foldsNames: true };
const windows: NameRules = { ...folding, windowsNames: true };
const volumes = { exact, folding, windows };

/** Keys of pieces that volumes treat in ways of their own, beside any text. */
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

describe.each(Object.entries(volumes))('on a volume of the kind "%s"', (_name, rules) => {
  test('a path leads back to its key, and stays below its folder', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const place = placeOf(key, rules);
        if ('digest' in place) return assert.equal(place.digest, digestOf(key));
        assert.equal(keyOfPath(place.path, rules), key);
        assert.ok(place.path.split('/').every((name) => name !== '' && name !== '.' && name !== '..'));
      }),
      { numRuns: 5000 },
    );
  });

  test('two keys never share a file', () => {
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
        const paths = [...new Set(variants(key).filter(isKey))]
          .map((one) => placeOf(one, rules))
          .flatMap((place) => ('path' in place ? [place.path] : []));
        assert.equal(new Set(paths.map(sameFile)).size, paths.length);
        assert.equal(new Set(paths.map(upper)).size, paths.length);
      }),
      { numRuns: 5000 },
    );
  });
});

test.each(['a.txt', 'photos/2026/b.jpg', '.hidden', '.tmp-1', ' a ', 'a.', 'CON', 'A', 'a\\b', '%2F', '☺', 'x'.repeat(255)])(
  'an exact volume holds %j as a path',
  (key) => {
    expect(placeOf(key, exact)).toEqual({ path: key });
  },
);

test.each(['a/', 'a/b/'])('no volume holds %j as a path', (key) => {
  for (const rules of Object.values(volumes)) expect(placeOf(key, rules)).toEqual({ digest: digestOf(key) });
});

test.each(['A', 'readme.MD', 'e\u0301', 'ß', 'ſ', 'Σ', 'a\u200db'])('a folding volume does not hold %j as a path', (key) => {
  expect(placeOf(key, folding)).toHaveProperty('digest');
  expect(placeOf(key, exact)).toHaveProperty('path');
});

test.each(['a:b', 'a\\b', 'a?', 'a*', 'a.', 'a ', 'con', 'nul.txt', 'a/aux/b', 'com1', 'lpt9.log', 'a\u0001', 'progra~1', 'a|b', '<', '"'])(
  'Windows does not hold %j as a path',
  (key) => {
    expect(placeOf(key, windows)).toHaveProperty('digest');
    expect(placeOf(key, folding)).toHaveProperty('path');
  },
);

test('a key longer than the longest path is kept by its digest', () => {
  const key = Array.from({ length: 10 }, () => 'é'.repeat(50)).join('/');
  expect(placeOf(key, { ...exact, longestPath: 512 })).toHaveProperty('digest');
  expect(placeOf(key, exact)).toHaveProperty('path');
});

test.each(['..', '../x', 'a/../b', '/a', 'a//b', 'a/', 'x__XLDIR__', ' .. /x', ''])('no key has the path %j', (path) => {
  expect(keyOfPath(path, exact)).toBeUndefined();
});
