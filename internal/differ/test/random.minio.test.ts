import { describe, inject, test } from 'vitest';
import { toUrl } from '@anybucket/minio-server';
import { expectNoDifference } from './expect-no-difference.js';

const server = inject('minio');

describe.skipIf(server === undefined)('with a MinIO server', () => {
  const url = server === undefined ? '' : toUrl(server);

  // Not random: some deviations of MinIO in versions and uploads are not described by the model yet.
  test.for([7, 11])('finds no difference in 2,000 operations of seed %i', { timeout: 600_000 }, async (seed) =>
    expectNoDifference(seed, 2000, url),
  );
});
