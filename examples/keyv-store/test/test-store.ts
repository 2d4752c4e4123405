import { setImmediate } from 'node:timers/promises';
import type { Bucket } from '@anybucket/core';
import keyvTestSuite, { keyvIteratorTests } from '@keyv/test-suite';
import { Keyv } from 'keyv';
import * as vitest from 'vitest';
import { BucketStore } from '../src/bucket-store.js';

/** Runs the test suite of Keyv, and tests of what it leaves out. */
export function testStore(bucket: Bucket): void {
  const { afterEach, expect, test } = vitest;
  const calls = new Set<Promise<unknown>>();
  const createStore = (): BucketStore => trackCalls(new BucketStore(bucket), calls);

  // Some tests of the suite do not wait for their calls, which would then change the objects of the next test.
  afterEach(async () => {
    do {
      await Promise.allSettled(calls);
      await setImmediate(); // Keyv calls the store a few microtasks later.
    } while (calls.size > 0);
  });
  keyvTestSuite(vitest, Keyv, createStore);
  keyvIteratorTests(vitest, Keyv, createStore);

  test.each(['', '.', '..', 'a//b', '/a', 'a/', 'a/b', 'a', '%2F', 'ключ', '\u{1F600}'])('accepts the key %j', async (key) => {
    const keyv = new Keyv({ store: createStore(), namespace: 'odd' });
    await keyv.set(key, { value: key });
    expect(await keyv.get(key)).toEqual({ value: key });
    expect(await keyv.delete(key)).toBe(true);
  });
}

/** Returns the store with methods that keep their promises in `calls` while they are pending. */
function trackCalls(store: BucketStore, calls: Set<Promise<unknown>>): BucketStore {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...values: unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, values);
        if (result instanceof Promise) {
          calls.add(result);
          void result.finally(() => calls.delete(result)).catch(() => undefined);
        }
        return result;
      };
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}
