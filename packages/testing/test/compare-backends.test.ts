import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import type { Datastore } from '@anybucket/core';
import { expect, test } from 'vitest';
import { compareBackends, withFaults } from '../src/index.js';
import { failure } from './support.js';

async function program(store: Datastore): Promise<void> {
  await store.createBucket('photos');
  const bucket = await store.getBucket('photos');
  await bucket.setVersioning('enabled');
  const { versionId } = await bucket.put('a', 'first');
  await bucket.put('a', 'second', { metadata: { k: 'v' } });
  await (await bucket.get('a', { versionId })).text();
  for await (const key of bucket.keys()) await bucket.stat(key);
  await bucket.get('missing').catch(() => {});
  const upload = await bucket.createUpload('large');
  await upload.putPart(1, 'part');
  await bucket.listUploads();
  await upload.complete();
  await bucket.listVersions();
  await bucket.delete(['a', 'b']);
}

test('finds no difference of memory and the file system', async () => {
  const root = mkdtempSync(join(tmpdir(), 'anybucket-testing-'));
  try {
    await using fs = new FsDatastore({ root });
    const comparison = await compareBackends(program, { backends: ['memory:', fs] });
    expect(String(comparison)).toMatch(/^no difference in \d+ calls$/);
    comparison.verify();
    expect(await fs.list()).toEqual([]);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('reports the first call whose result differs', async () => {
  const faulty = withFaults(new MemoryDatastore({ name: 'faulty' }), [{ operation: 'stat', error: 'AccessDenied' }]);
  const comparison = await compareBackends(
    async (store) => {
      await store.createBucket('photos');
      await store.bucket('photos').put('a', 'x');
      await store
        .bucket('photos')
        .stat('a')
        .catch(() => {});
    },
    { backends: ['memory:', faulty] },
  );
  expect(comparison.difference).toMatchObject({
    index: 3,
    before: ['createBucket("photos")', 'photos.put("a", "x")'],
    backends: ['memory:', 'faulty'],
  });
  expect(() => comparison.verify()).toThrow('the backends differ at call 3 (- memory:, + faulty)');
  expect(comparison.difference?.difference).toContain('+     "code": "AccessDenied"');
});

test('reports a body that differs, and the contents at the end', async () => {
  const corrupt = withFaults(new MemoryDatastore(), [{ operation: 'get', corrupt: true }]);
  const read = async (store: Datastore): Promise<void> => {
    await store.createBucket('photos');
    await store.bucket('photos').put('a', 'x');
    await (await store.bucket('photos').get('a')).bytes();
  };
  expect((await compareBackends(read, { backends: ['memory:', corrupt] })).difference).toMatchObject({ index: 4 });
  let runs = 0;
  const random = async (store: Datastore): Promise<void> => {
    await store.createBucket('photos');
    await store.bucket('photos').put('a', [runs++ === 0 ? 'x' : 'y']);
  };
  expect(String(await compareBackends(random, { backends: ['memory:', 'memory:'] }))).toContain('differ at call 2');
});

test('reports a program that fails on one backend', async () => {
  let runs = 0;
  const comparison = await compareBackends(
    () => {
      if (runs++ > 0) throw new TypeError('no');
    },
    { backends: ['memory:', 'memory:'] },
  );
  expect(String(comparison)).toContain('+ the program failed: TypeError: no');
});

test('rejects invalid arguments', async () => {
  await failure(compareBackends(program, { backends: ['memory:'] as never }), 'InvalidArgument');
  await failure(compareBackends(program, { backends: [() => new MemoryDatastore(), 'memory:'] as never }), 'InvalidArgument');
  await failure(compareBackends(program, { backends: ['memory:', 'nowhere:'] }), 'ConfigError');
  await failure(compareBackends('x' as never, { backends: ['memory:', 'memory:'] }), 'InvalidArgument');
});
