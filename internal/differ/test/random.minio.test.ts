import { randomInt } from 'node:crypto';
import { describe, inject, test } from 'vitest';
import { toUrl } from '@anybucket/minio-server';
import { expectNoDifference } from './expect-no-difference.js';

const server = inject('minio');

describe.skipIf(server === undefined)('with a MinIO server', () => {
  const url = server === undefined ? '' : toUrl(server);

  test('finds no difference in 3,000 operations of a fixed seed', { timeout: 600_000 }, async () => expectNoDifference(7, 3000, url));

  test('finds no difference in 1,000 operations of a random seed', { timeout: 600_000 }, async () =>
    expectNoDifference(randomInt(2 ** 31), 1000, url),
  );
});
