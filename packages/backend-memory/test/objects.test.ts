import { beforeEach, expect, test, vi } from 'vitest';
import { Objects } from '../src/objects.js';
import type { StoredRecord } from '../src/stored-record.js';

const work = vi.hoisted(() => {
  // The mock counts only in modules that are loaded anew, where files share them.
  vi.resetModules();
  return { comparisons: 0 };
});

// The tree does nothing without comparing keys: their number is its work, on any machine.
vi.mock('@anybucket/core/backend', async (importOriginal) => {
  const original = await importOriginal<typeof import('@anybucket/core/backend')>();
  return {
    ...original,
    compareKeys: (a: string, b: string) => {
      work.comparisons++;
      return original.compareKeys(a, b);
    },
  };
});

const everything = { prefix: '', delimiter: '', startAfter: '', maxKeys: 100 };

function objectsOf(keys: Iterable<string>): Objects {
  const objects = new Objects();
  for (const key of keys) objects.set({ key } as StoredRecord);
  return objects;
}

function numbered(count: number): Objects {
  return objectsOf(Array.from({ length: count }, (_, index) => `folder-${index % 100}/${String((index * 7919) % count).padStart(5, '0')}`));
}

function comparisonsOf(step: () => unknown): number {
  const before = work.comparisons;
  step();
  return work.comparisons - before;
}

let small: Objects;
let large: Objects;

beforeEach(() => {
  small ??= numbered(1e3);
  large ??= numbered(1e4);
});

test.for([
  ['the first page', everything],
  ['a page in the middle', { ...everything, startAfter: 'folder-50/' }],
  ['a page behind a prefix', { ...everything, prefix: 'folder-7' }],
  ['a page of folders', { ...everything, delimiter: '/' }],
] as const)('%s costs no more where ten times as many objects are', ([, request]) => {
  const cost = (objects: Objects) => comparisonsOf(() => objects.page(request));
  // The descent from the root grows by a level or so for each seek: a few comparisons, not ten times as many.
  expect(cost(large)).toBeLessThan(2 * cost(small));
  expect(cost(small)).toBeGreaterThan(0);
});

test('a flat page is one descent, then steps from key to key', () => {
  expect(comparisonsOf(() => large.page(everything))).toBeLessThan(100);
});

test('overwriting leaves the order alone, and costs no comparison', () => {
  const [, second] = large.page(everything).entries;
  expect(comparisonsOf(() => large.set({ ...second, size: 1 } as StoredRecord))).toBe(0);
  expect(large.page(everything).entries[1]).toEqual({ ...second, size: 1 });
  expect(large.size).toBe(1e4);
});

test('deleted and added keys are gone from and in the next page', () => {
  const objects = objectsOf(['b', 'a', 'd', 'c']);
  objects.delete('b');
  objects.delete('none');
  objects.set({ key: 'ab' } as StoredRecord);
  expect(objects.page({ ...everything, maxKeys: 3 })).toEqual({ entries: [{ key: 'a' }, { key: 'ab' }, { key: 'c' }], truncated: true });
  expect(objects.page({ ...everything, startAfter: 'ab' }).entries).toEqual([{ key: 'c' }, { key: 'd' }]);
  expect([...objects.values()].map(({ key }) => key)).toEqual(['a', 'ab', 'c', 'd']);
});
