import { toUrl } from '@anybucket/minio-server';
import { expect, inject, test } from 'vitest';
import { attackLimits } from '@anybucket/attack';

test('2,000 parallel calls of each method succeed on MinIO with 256 open files', { timeout: 300_000 }, async () => {
  const server = inject('minio');
  if (server === undefined) throw new Error('no MinIO server');
  const report = await attackLimits(toUrl(server));
  expect(report.errors).toEqual({});
  expect(new Set(Object.values(report.succeeded))).toEqual(new Set([2000]));
});
