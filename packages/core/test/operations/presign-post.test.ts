import { expect, test } from 'vitest';
import type { PresignPostOptions } from '../../src/api/options.js';
import { failureOf } from '../failure.js';
import { testStore } from './test-store.js';

/** Returns the driver call of a form. */
async function callOf(options: PresignPostOptions): Promise<unknown> {
  const { bucket, calls } = testStore();
  expect(await bucket.presignPost(options)).toEqual({ url: 'http://form', fields: {} });
  expect(calls.map(({ name, args }) => [name, args[0]])).toEqual([['presignPost', 'photos']]);
  return calls[0]?.args[1];
}

test('a key becomes a field and a condition; sizes from 0 to 5 GiB and one hour are the default', async () => {
  expect(await callOf({ key: 'a b' })).toEqual({
    expiresIn: 3600,
    fields: { key: 'a b' },
    conditions: [['content-length-range', 0, 5 * 2 ** 30], { key: 'a b' }],
  });
});

test.for(['', 'in/'])('the prefix %j is a condition, and the file name completes the key', async (prefix) => {
  expect(await callOf({ prefix })).toMatchObject({
    fields: { key: `${prefix}\${filename}` },
    conditions: [
      ['content-length-range', 0, 5 * 2 ** 30],
      ['starts-with', '$key', prefix],
    ],
  });
});

test('content type, metadata and sizes become fields and conditions', async () => {
  const { signal } = new AbortController();
  const options = { key: 'k', contentType: ' a/b ', metadata: { Color: 'grün' }, minSize: 1, maxSize: 2, expiresIn: 60, signal };
  expect(await callOf(options)).toEqual({
    expiresIn: 60,
    signal,
    fields: { key: 'k', 'Content-Type': 'a/b', 'x-amz-meta-color': '=?UTF-8?B?Z3LDvG4=?=' },
    conditions: [['content-length-range', 1, 2], { key: 'k' }, { 'Content-Type': 'a/b' }, { 'x-amz-meta-color': '=?UTF-8?B?Z3LDvG4=?=' }],
  });
});

test('the beginning of a content type is a condition without a field', async () => {
  expect(await callOf({ key: 'k', contentType: 'image/' })).toMatchObject({
    fields: { key: 'k' },
    conditions: [['content-length-range', 0, 5 * 2 ** 30], { key: 'k' }, ['starts-with', '$Content-Type', 'image/']],
  });
});

test.for([
  [undefined, 'InvalidArgument'],
  [{}, 'InvalidArgument'],
  [{ key: 'k', prefix: 'p' }, 'InvalidArgument'],
  [{ key: '../k' }, 'InvalidKey'],
  [{ key: '' }, 'InvalidKey'],
  [{ prefix: '\ud800' }, 'InvalidArgument'],
  [{ key: 'k', minSize: 2, maxSize: 1 }, 'InvalidArgument'],
  [{ key: 'k', minSize: -1 }, 'InvalidArgument'],
  [{ key: 'k', maxSize: 5 * 2 ** 30 + 1 }, 'InvalidArgument'],
  [{ key: 'k', expiresIn: 0 }, 'InvalidArgument'],
  [{ key: 'k', expiresIn: 604_801 }, 'InvalidArgument'],
  [{ key: 'k', contentType: 'é' }, 'InvalidArgument'],
  [{ key: 'k', metadata: { 'a b': 'c' } }, 'InvalidArgument'],
  [{ key: 'k', tags: {} }, 'InvalidArgument'],
] as const)('rejects %j with %s', async ([options, code]) => {
  const { bucket, calls } = testStore();
  expect((await failureOf(() => bucket.presignPost(options as PresignPostOptions))).code).toBe(code);
  expect(calls).toEqual([]);
});
