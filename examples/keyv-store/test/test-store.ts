import type { Bucket } from '@anybucket/core';
import keyvTestSuite, { keyvIteratorTests } from '@keyv/test-suite';
import { Keyv } from 'keyv';
import * as vitest from 'vitest';
import { BucketStore } from '../src/bucket-store.js';

/** Runs the test suite of Keyv, and tests of what it leaves out. */
export function testStore(bucket: Bucket): void {
  const createStore = (): BucketStore => new BucketStore(bucket);
  keyvTestSuite(vitest, Keyv, createStore);
  keyvIteratorTests(vitest, Keyv, createStore);

  const { test, expect } = vitest;
  test.each(['', '.', '..', 'a//b', '/a', 'a/', 'a/b', 'a', '%2F', 'ключ', '\u{1F600}'])('accepts the key %j', async (key) => {
    const keyv = new Keyv({ store: createStore(), namespace: 'odd' });
    await keyv.set(key, { value: key });
    expect(await keyv.get(key)).toEqual({ value: key });
    expect(await keyv.delete(key)).toBe(true);
  });
}
