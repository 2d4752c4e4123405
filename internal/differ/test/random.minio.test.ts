import { describe, inject, test } from 'vitest';
import { toUrl } from '@anybucket/minio-server';
import { expectNoDifference } from './expect-no-difference.js';

const server = inject('minio');

describe.skipIf(server === undefined)('with a MinIO server', () => {
  const url = server === undefined ? '' : toUrl(server);

  test.for([7, 14])('finds no difference in 1,500 operations of seed %i', { timeout: 600_000 }, async (seed) =>
    expectNoDifference(seed, 1500, 'memory:', 'fs:', url),
  );

  test('finds no difference between the S3 endpoint and MinIO', { timeout: 600_000 }, async () =>
    expectNoDifference(24, 1000, 'endpoint:memory:', 'endpoint:fs:', url),
  );
});
