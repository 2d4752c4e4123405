import { beforeEach, expect, test, vi } from 'vitest';
import { ObjectIndex, latestVersion } from '../src/store/object-index.js';
import type { StoredRecord } from '../src/store/stored-entry.js';

const counter = vi.hoisted(() => {
  // The mock applies only to modules that are loaded again.
  vi.resetModules();
  return { comparisons: 0 };
});

// The number of key comparisons measures the work of the tree, independent of the machine.
vi.mock('@anybucket/core/backend', async (importOriginal) => {
  const original = await importOriginal<typeof import('@anybucket/core/backend')>();
  return {
    ...original,
    compareKeys: (a: string, b: string) => {
      counter.comparisons++;
      return original.compareKeys(a, b);
    },
  };
});

const listAll = { prefix: '', delimiter: '', startAfter: '', maxKeys: 100 };

const record = (key: string, fields: Partial<StoredRecord> = {}) => ({ key, ...fields }) as StoredRecord;

function indexOf(keys: Iterable<string>): ObjectIndex {
  const index = new ObjectIndex();
  for (const key of keys) index.add(record(key));
  return index;
}

function numberedKeys(count: number): ObjectIndex {
  return indexOf(
    Array.from({ length: count }, (_, number) => `folder-${number % 100}/${String((number * 7919) % count).padStart(5, '0')}`),
  );
}

function countComparisons(operation: () => unknown): number {
  const before = counter.comparisons;
  operation();
  return counter.comparisons - before;
}

let small: ObjectIndex;
let large: ObjectIndex;

beforeEach(() => {
  small ??= numberedKeys(1e3);
  large ??= numberedKeys(1e4);
});

test.for([
  ['the first page', listAll],
  ['a page in the middle', { ...listAll, startAfter: 'folder-50/' }],
  ['a page of a prefix', { ...listAll, prefix: 'folder-7' }],
  ['a page of common prefixes', { ...listAll, delimiter: '/' }],
] as const)('the cost of %s does not grow with the number of objects', ([, request]) => {
  const cost = (index: ObjectIndex) => countComparisons(() => index.page(request));
  // With ten times as many objects, each descent from the root takes a few more comparisons.
  expect(cost(large)).toBeLessThan(2 * cost(small));
  expect(cost(small)).toBeGreaterThan(0);
});

test('a page without a delimiter takes one descent from the root', () => {
  expect(countComparisons(() => large.page(listAll))).toBeLessThan(100);
});

test('overwriting an object compares no keys', () => {
  const second = large.page(listAll).entries[1] as StoredRecord;
  const replacement = { ...second, size: 1 };
  expect(countComparisons(() => large.add(replacement, second))).toBe(0);
  expect(large.page(listAll).entries[1]).toEqual(replacement);
  expect(large.size).toBe(1e4);
});

test('a page reflects deleted and added keys', () => {
  const index = indexOf(['b', 'a', 'd', 'c']);
  for (const entry of index.history('b')) index.remove(entry);
  index.add(record('ab'));
  expect(index.page({ ...listAll, maxKeys: 3 })).toEqual({ entries: [{ key: 'a' }, { key: 'ab' }, { key: 'c' }], truncated: true });
  expect(index.page({ ...listAll, startAfter: 'ab' }).entries).toEqual([{ key: 'c' }, { key: 'd' }]);
  expect(Array.from(index.histories(), latestVersion).map((object) => object?.key)).toEqual(['a', 'ab', 'c', 'd']);
});
