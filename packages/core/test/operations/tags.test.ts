import { expect, test } from 'vitest';
import { failureOf } from '../failure.js';
import { testStore } from './test-store.js';

test('passes tags and options to the driver, and implements removeTags as setting none', async () => {
  const { bucket, calls } = testStore();
  const { signal } = new AbortController();
  const options = { versionId: 'v', signal };
  expect(await bucket.tags('k', options)).toEqual({ a: 'b' });
  await bucket.setTags('k', { x: 'y' }, options);
  await bucket.removeTags('k', options);
  expect(calls.map(({ name, args }) => [name, ...args])).toEqual([
    ['getTags', 'photos', 'k', options],
    ['setTags', 'photos', 'k', { x: 'y' }, options],
    ['setTags', 'photos', 'k', {}, options],
  ]);
});

test.for([
  [undefined, 'InvalidArgument'],
  [null, 'InvalidArgument'],
  [new Map(), 'InvalidArgument'],
  [{ é: 'x' }, 'InvalidTag'],
] as const)('setTags rejects %o with %s before any I/O', async ([tags, code]) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.setTags('k', tags as unknown as Record<string, string>))).code).toBe(code);
  expect(calls).toEqual([]);
});
