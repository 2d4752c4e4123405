import { expect, test } from 'vitest';
import type { ObjectVersion } from '../../src/api/object-info.js';
import type { DriverVersionsPage, ListVersionsCall } from '../../src/driver/optional-drivers.js';
import { failureOf } from '../failure.js';
import { testStore } from './test-store.js';

const version = (key: string, versionId: string): ObjectVersion => ({
  key,
  versionId,
  isLatest: true,
  isDeleteMarker: false,
  size: 1,
  etag: 'e',
  lastModified: new Date(0),
});

/** Returns a driver method that pages through versions. */
const pages =
  (...all: DriverVersionsPage[]) =>
  async (): Promise<DriverVersionsPage> =>
    all.shift() ?? { entries: [], truncated: false };

test('the versioning methods pass their options to the driver', async () => {
  const { bucket, calls } = testStore();
  const { signal } = new AbortController();
  expect(await bucket.listVersions({ prefix: 'p', signal })).toEqual([]);
  await bucket.listVersions();
  expect(await bucket.versioning({ signal })).toBe('off');
  await bucket.setVersioning('enabled', { signal });
  await bucket.setVersioning('suspended');
  expect(calls.map(({ args }) => args)).toEqual([
    ['photos', { prefix: 'p', delimiter: '', maxKeys: 1000, signal }],
    ['photos', { prefix: '', delimiter: '', maxKeys: 1000 }],
    ['photos', { signal }],
    ['photos', 'enabled', { signal }],
    ['photos', 'suspended', {}],
  ]);
});

test.for(['off', 'Enabled', '', undefined, true])('setVersioning rejects %o', async (state) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.setVersioning(state as 'enabled'))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('listVersions requests page after page, from the last version of the previous one', async () => {
  const [a2, a1, b] = [version('a', '2'), version('a', '1'), version('b', '3')];
  const listVersions = pages({ entries: [a2], truncated: true }, { entries: [a1], truncated: true }, { entries: [b], truncated: false });
  const { bucket, calls } = testStore({ listVersions });
  expect(await bucket.listVersions()).toEqual([a2, a1, b]);
  expect(calls.map(({ args }) => (args[1] as ListVersionsCall).after)).toEqual([
    undefined,
    { key: 'a', versionId: '2' },
    { key: 'a', versionId: '1' },
  ]);
});

test('listVersions lists a version once if a page repeats its key', async () => {
  const [a3, a2, a1, b] = [version('a', '3'), version('a', '2'), version('a', '1'), version('b', '3')];
  const listVersions = pages({ entries: [a3, a2], truncated: true }, { entries: [a3, a1, b], truncated: false });
  const { bucket } = testStore({ listVersions });
  expect(await bucket.listVersions()).toEqual([a3, a2, a1, b]);
});

test('listVersionsPage returns the position of the next page', async () => {
  const [a, b] = [version('a', '1'), version('b', '2')];
  const prefix = { key: 'c/', isPrefix: true } as const;
  const listVersions = pages(
    { entries: [a, b], truncated: true },
    { entries: [prefix], truncated: true },
    { entries: [], truncated: false },
  );
  const { bucket, calls } = testStore({ listVersions });
  expect(await bucket.listVersionsPage({ pageSize: 2, delimiter: '/' })).toEqual({ entries: [a, b], next: { key: 'b', versionId: '2' } });
  expect(await bucket.listVersionsPage({ after: { key: 'b', versionId: '2' } })).toEqual({ entries: [prefix], next: { key: 'c/' } });
  expect(await bucket.listVersionsPage({ after: { key: 'c/' }, pageSize: 5000 })).toEqual({ entries: [] });
  expect(calls.map(({ args }) => args[1])).toEqual([
    { prefix: '', delimiter: '/', maxKeys: 2 },
    { prefix: '', delimiter: '', after: { key: 'b', versionId: '2' }, maxKeys: 1000 },
    { prefix: '', delimiter: '', after: { key: 'c/' }, maxKeys: 1000 },
  ]);
});

test.for([
  [{ pageSize: 0 }],
  [{ pageSize: 1.5 }],
  [{ delimiter: '' }],
  [{ prefix: '\ud800' }],
  [{ after: 'a' }],
  [{ after: {} }],
  [{ after: { key: 'a', versionId: '' } }],
  [{ after: { key: 'a', id: '1' } }],
  [{ limit: 1 }],
])('listVersionsPage rejects %j', async ([options]) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.listVersionsPage(options as object))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test.for([
  ['an empty truncated page', { entries: [], truncated: true }],
  ['a truncated page that ends at the marker', { entries: [version('b', '2')], truncated: true }],
  ['a truncated page that ends before the marker', { entries: [version('a', '1')], truncated: true }],
  ['more entries than requested', { entries: [version('c', '1'), version('d', '1')], truncated: false }],
] as const)('rejects a driver that returns %s', async ([, page]) => {
  const { bucket } = testStore({ listVersions: async () => ({ ...page, entries: [...page.entries] }) });
  const failure = await failureOf(() => bucket.listVersionsPage({ after: { key: 'b', versionId: '2' }, pageSize: 1 }));
  expect(failure.code).toBe('InternalError');
});

test.for(['tags', 'versioning', 'presign', 'uploads'] as const)(
  'without its optional driver, the capability %s is false and its calls fail with NotImplemented',
  async (name) => {
    const { store, bucket, calls } = testStore({ capabilities: { [name]: false } });
    expect(store.capabilities[name]).toBe(false);
    const uses = {
      tags: () => bucket.setTags('k', {}),
      versioning: () => bucket.setVersioning('enabled'),
      presign: () => bucket.presign('k'),
      uploads: () => bucket.createUpload('k'),
    };
    expect((await failureOf(uses[name])).code).toBe('NotImplemented');
    expect(calls).toEqual([]);
  },
);
