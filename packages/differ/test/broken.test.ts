import { MemoryDriver } from '@anybucket/backend-memory';
import { setTimeout } from 'node:timers/promises';
import { PortableDatastore, evaluateWriteConditions } from '@anybucket/core/backend';
import type { BucketDriver, DatastoreDriver } from '@anybucket/core/backend';
import { expect, test } from 'vitest';
import { Backend, diff, explain } from '../src/index.js';

type Spoil = (bucket: BucketDriver) => Partial<BucketDriver>;

/** Each spoils one primitive, in a way that looks right most of the time. */
const broken: readonly (readonly [string, Spoil])[] = [
  [
    'lists startAfter too',
    (bucket) => ({ listObjects: (call) => bucket.listObjects({ ...call, startAfter: call.startAfter.slice(0, -1) }) }),
  ],
  [
    'forgets metadata',
    (bucket) => ({
      putObject: (key, body, call) => bucket.putObject(key, body, { ...call, attributes: { ...call.attributes, metadata: {} } }),
    }),
  ],
  [
    'ignores ifMatch on put',
    (bucket) => ({ putObject: (key, body, call) => bucket.putObject(key, body, { ...call, conditions: undefined }) }),
  ],
  ['trims keys', (bucket) => ({ headObject: (key, call) => bucket.headObject(key.trim(), call) })],
  [
    'loses tags on copy',
    (bucket) => ({ copyObject: (key, source, call) => bucket.copyObject(key, source, { ...call, tags: call.tags ?? {} }) }),
  ],
  [
    'deletes a folder with its name',
    (bucket) => ({
      deleteObject: async (key, call) => {
        await bucket.deleteObject(key, call);
        await bucket.deleteObject(`${key}/`, call);
      },
    }),
  ],
  ['answers a suffix one byte short', (bucket) => ({ getObject: (key, call) => bucket.getObject(key, shortSuffix(call)) })],
];

test.for(broken)('a backend that %s is found, and a short program shows it', { timeout: 120_000 }, async ([, spoil]) => {
  const backend = await brokenBackend(spoil);
  const found = await diff({ backends: [backend], operations: 20_000, seed: 1 });
  if (found === undefined || 'race' in found) throw new Error('no difference was found');
  // The bucket, at most three calls that lead there, and the one that differs.
  expect(found.calls.length).toBeLessThanOrEqual(5);
  expect(explain(found)).toContain(`call ${found.difference.index + 1} on broken`);
  await backend.close();
});

test('a backend that decides first and writes later is found by clients at once', { timeout: 120_000 }, async () => {
  const backend = await brokenBackend((bucket) => ({
    putObject: async (key, body, { conditions, ...call }) => {
      const present = await bucket.headObject(key, {}).catch(() => undefined);
      evaluateWriteConditions(conditions, present);
      await setTimeout(1);
      return bucket.putObject(key, body, call);
    },
  }));
  const found = await diff({ backends: [backend], operations: 100_000, seed: 1 });
  if (found === undefined || !('race' in found)) throw new Error('no race was found');
  expect(explain(found)).toContain('no order explains');
  await backend.close();
});

function shortSuffix<Call extends { readonly range?: unknown }>(call: Call): Call {
  const { range } = call;
  const isSuffix = typeof range === 'object' && range !== null && 'suffix' in range && Number(range.suffix) > 1;
  return isSuffix ? { ...call, range: { suffix: Number(range.suffix) - 1 } } : call;
}

/** Three handles on one store whose buckets are spoilt. */
async function brokenBackend(spoil: Spoil): Promise<Backend> {
  const driver = spoilt(new MemoryDriver(), spoil);
  return Backend.open('broken', () => Promise.resolve(new PortableDatastore(driver)));
}

function spoilt(driver: DatastoreDriver, spoil: Spoil): DatastoreDriver {
  return {
    backend: 'broken',
    capabilities: driver.capabilities,
    listBuckets: (call) => driver.listBuckets(call),
    createBucket: (name, call) => driver.createBucket(name, call),
    removeBucket: (name, call) => driver.removeBucket(name, call),
    bucketExists: (name, call) => driver.bucketExists(name, call),
    bucket: (name) => {
      const whole = driver.bucket(name);
      return { ...bound(whole), ...spoil(whole) };
    },
    close: () => Promise.resolve(),
  };
}

/** The primitives, which keep their bucket when they are called on another object. */
function bound(bucket: BucketDriver): BucketDriver {
  return {
    headObject: (key, call) => bucket.headObject(key, call),
    getObject: (key, call) => bucket.getObject(key, call),
    putObject: (key, body, call) => bucket.putObject(key, body, call),
    copyObject: (key, source, call) => bucket.copyObject(key, source, call),
    deleteObject: (key, call) => bucket.deleteObject(key, call),
    deleteObjects: (keys, call) => bucket.deleteObjects(keys, call),
    listObjects: (call) => bucket.listObjects(call),
    getTags: async (key, call) => (await bucket.getTags?.(key, call)) ?? {},
    setTags: async (key, tags, call) => bucket.setTags?.(key, tags, call),
  };
}
