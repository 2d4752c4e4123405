import { expect, test } from 'vitest';
import { failureOf } from '../failure.js';
import { testStore } from './test-store.js';

test('presign passes its options to the driver, with a lifetime of one hour by default', async () => {
  const { bucket, calls } = testStore();
  const { signal } = new AbortController();
  expect(await bucket.presign('GET', 'k')).toBe('http://signed');
  await bucket.presign('PUT', 'k', { expiresIn: 604_800, contentType: ' a/b ', signal });
  await bucket.presign('GET', 'k', { expiresIn: 1, versionId: 'v' });
  expect(calls.map(({ args }) => args)).toEqual([
    ['GET', 'photos', 'k', { expiresIn: 3600 }],
    ['PUT', 'photos', 'k', { expiresIn: 604_800, contentType: 'a/b', signal }],
    ['GET', 'photos', 'k', { expiresIn: 1, versionId: 'v' }],
  ]);
});

test.for(['get', 'DELETE', '', undefined, null])('presign rejects the method %o', async (method) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.presign(method as 'GET', 'k'))).code).toBe('InvalidArgument');
  expect(calls).toEqual([]);
});

test('presign rejects a content type that is not a valid header', async () => {
  expect((await failureOf(() => testStore().bucket.presign('PUT', 'k', { contentType: 'é' }))).code).toBe('InvalidArgument');
});

test('the versioning methods pass their options to the driver', async () => {
  const { bucket, calls } = testStore();
  const { signal } = new AbortController();
  expect(await bucket.listVersions({ prefix: 'p', signal })).toEqual([]);
  await bucket.listVersions();
  expect(await bucket.versioning({ signal })).toBe('off');
  await bucket.setVersioning('enabled', { signal });
  await bucket.setVersioning('suspended');
  expect(calls.map(({ args }) => args)).toEqual([
    ['photos', { prefix: 'p', signal }],
    ['photos', { prefix: '' }],
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

test.for(['tags', 'versioning', 'presign'] as const)(
  'without its optional driver, the capability %s is false and its calls fail with NotImplemented',
  async (name) => {
    const { store, bucket, calls } = testStore({ capabilities: { [name]: false } });
    expect(store.capabilities[name]).toBe(false);
    const uses = {
      tags: () => bucket.setTags('k', {}),
      versioning: () => bucket.setVersioning('enabled'),
      presign: () => bucket.presign('GET', 'k'),
    };
    expect((await failureOf(uses[name])).code).toBe('NotImplemented');
    expect(calls).toEqual([]);
  },
);
