import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageOfVersions, toObjectVersion } from '../../src/rules/version-listing.js';
import type { VersionPage, VersionPageRequest } from '../../src/rules/version-listing.js';
import type { VersionEntry } from '../../src/rules/versions.js';

type Histories = Readonly<Record<string, readonly string[]>>;

const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const sortedKeys = (histories: Histories) => Object.keys(histories).sort(compareBytes);
const toEntry = (id: string): VersionEntry => ({ versionId: id === 'null' ? undefined : id });

/** Lists a page of histories, which are given as lists of version ids from newest to oldest. */
function listPage(histories: Histories, request: Partial<VersionPageRequest>): VersionPage<VersionEntry> {
  const keys = sortedKeys(histories);
  const seek = (from: string, exclusive: boolean) => keys.find((key) => compareBytes(key, from) >= (exclusive ? 1 : 0));
  const page = pageOfVersions<VersionEntry>({ seek }, { prefix: '', delimiter: '', maxKeys: 1000, ...request });
  let step = page.next();
  while (step.done !== true) step = page.next((histories[step.value] ?? []).map(toEntry));
  return step.value;
}

/** Formats a page: `key@id`, `*` after the latest version, common prefixes in angle brackets. */
function format({ entries, truncated }: VersionPage<VersionEntry>): string {
  const texts = entries.map((item) =>
    item.isPrefix === true ? `<${item.key}>` : `${item.key}@${item.entry.versionId ?? 'null'}${item.isLatest ? '*' : ''}`,
  );
  return texts.join(' ') + (truncated ? ' ...' : '');
}

const list = (histories: Histories, request: Partial<VersionPageRequest>) => format(listPage(histories, request));

const histories: Histories = { a: ['3', '2', '1'], b: ['null'], 'c/1': ['5', '4'], 'c/2': ['6'], d: ['8', 'null', '7'] };

describe('pages', () => {
  test('list keys in order, and versions from newest to oldest', () => {
    expect(list({ b: ['2', '1'], a: ['3'] }, {})).toBe('a@3* b@2* b@1');
  });

  test('order keys by their UTF-8 bytes', () => {
    expect(list({ '\u{10000}': ['1'], '\uffff': ['2'] }, {})).toBe('\uffff@2* \u{10000}@1*');
  });

  test.each([
    [2, 'a@3* a@2 ...'],
    [3, 'a@3* a@2 a@1 ...'],
    [4, 'a@3* a@2 a@1 b@null* ...'],
    [9, 'a@3* a@2 a@1 b@null* c/1@5* c/1@4 c/2@6* d@8* d@null ...'],
    [10, 'a@3* a@2 a@1 b@null* c/1@5* c/1@4 c/2@6* d@8* d@null d@7'],
  ])('of %i entries count versions, not keys', (maxKeys, expected) => {
    expect(list(histories, { maxKeys })).toBe(expected);
  });

  test('omit keys whose history is empty', () => {
    expect(list({ a: [], b: ['1'], c: [] }, { maxKeys: 1 })).toBe('b@1*');
  });

  test('list the keys of a prefix', () => {
    expect(list(histories, { prefix: 'c/' })).toBe('c/1@5* c/1@4 c/2@6*');
    expect(list(histories, { prefix: 'x' })).toBe('');
  });

  test('group keys by the delimiter; a common prefix is one entry', () => {
    expect(list(histories, { delimiter: '/' })).toBe('a@3* a@2 a@1 b@null* <c/> d@8* d@null d@7');
    expect(list(histories, { delimiter: '/', maxKeys: 4 })).toBe('a@3* a@2 a@1 b@null* ...');
    expect(list(histories, { delimiter: '/', maxKeys: 5 })).toBe('a@3* a@2 a@1 b@null* <c/> ...');
  });

  test('do not request the histories of grouped keys', () => {
    const page = pageOfVersions(
      { seek: (from, exclusive) => (exclusive || from > 'c/1' ? undefined : 'c/1') },
      {
        prefix: '',
        delimiter: '/',
        maxKeys: 10,
      },
    );
    expect(page.next()).toEqual({ done: true, value: { entries: [{ key: 'c/', isPrefix: true }], truncated: false } });
  });
});

describe('a marker', () => {
  test.each([
    ['a', 'b@null* c/1@5* c/1@4 c/2@6* d@8* d@null d@7'],
    ['aa', 'b@null* c/1@5* c/1@4 c/2@6* d@8* d@null d@7'],
    ['d', ''],
  ])('without a version starts after all versions of %s', (key, expected) => {
    expect(list(histories, { after: { key } })).toBe(expected);
  });

  test.each([
    ['3', 'd@8* d@null d@7'],
    ['8', 'd@null d@7'],
    ['null', 'd@7'],
    ['7', ''],
  ])('with the version %s starts after it', (versionId, expected) => {
    expect(list({ d: histories.d ?? [] }, { after: { key: 'd', versionId } })).toBe(expected);
  });

  test('after the oldest version continues with the next key', () => {
    expect(list(histories, { after: { key: 'a', versionId: '1' }, maxKeys: 1 })).toBe('b@null* ...');
  });

  test('with a version that the key does not have lists the key again', () => {
    expect(list({ a: ['AB', '1'] }, { after: { key: 'a', versionId: 'ab' } })).toBe('a@AB* a@1');
  });

  test('with a key that does not exist starts at the next key', () => {
    expect(list(histories, { after: { key: 'aa', versionId: '1' }, maxKeys: 1 })).toBe('b@null* ...');
    // MinIO would look up the version in the next key, and skip `b@null`.
    expect(list(histories, { after: { key: 'aa', versionId: 'null' }, maxKeys: 1 })).toBe('b@null* ...');
  });

  test('outside of the prefix starts at the prefix, or lists nothing', () => {
    expect(list(histories, { prefix: 'c/', after: { key: 'a', versionId: '2' } })).toBe('c/1@5* c/1@4 c/2@6*');
    expect(list(histories, { prefix: 'c/', after: { key: 'd' } })).toBe('');
  });

  test.each([
    [{ key: 'c' }, '<c/> d@8* ...'],
    [{ key: 'c/' }, 'd@8* d@null ...'],
    [{ key: 'c/1' }, 'd@8* d@null ...'],
    [{ key: 'c/', versionId: '5' }, '<c/> d@8* ...'],
  ])('of a common prefix: %o', (after, expected) => {
    expect(list(histories, { delimiter: '/', after, maxKeys: 2 })).toBe(expected);
  });
});

test('pages of any size list every entry once', () => {
  const ids = fc.uniqueArray(fc.constantFrom('null', '1', '2', '3'), { minLength: 1, maxLength: 4 });
  const keys = fc.stringMatching(/^[ab/]{1,4}$/);
  fc.assert(
    fc.property(
      fc.dictionary(keys, ids),
      fc.constantFrom('', 'a', 'a/'),
      fc.constantFrom('', '/', 'b'),
      fc.integer({ min: 1, max: 4 }),
      (all, prefix, delimiter, maxKeys) => {
        const whole = listPage(all, { prefix, delimiter });
        const collected: VersionPage<VersionEntry>['entries'] = [];
        let after: VersionPageRequest['after'];
        for (;;) {
          const page = listPage(all, { prefix, delimiter, maxKeys, after });
          collected.push(...page.entries);
          const last = page.entries.at(-1);
          if (!page.truncated || last === undefined) break;
          expect(page.entries.length).toBe(maxKeys);
          after = last.isPrefix === true ? { key: last.key } : { key: last.key, versionId: last.entry.versionId ?? 'null' };
        }
        expect(format({ entries: collected, truncated: false })).toBe(format(whole));
      },
    ),
  );
});

test('toObjectVersion names the version null', () => {
  const entry = { size: 3, etag: 'e', lastModified: 1000 };
  const expected = { key: 'k', isLatest: true, isDeleteMarker: false, size: 3, etag: 'e', lastModified: new Date(1000) };
  expect(toObjectVersion({ key: 'k', entry, isLatest: true }, false)).toEqual({ ...expected, versionId: 'null' });
  const marker = { versionId: '1', isDeleteMarker: true, size: 0, etag: '', lastModified: 1000 };
  expect(toObjectVersion({ key: 'k', entry: marker, isLatest: false }, undefined)).toEqual({
    key: 'k',
    isLatest: false,
    ...marker,
    lastModified: new Date(1000),
  });
});
