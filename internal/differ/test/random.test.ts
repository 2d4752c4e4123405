import { test } from 'vitest';
import { expectNoDifference } from './expect-no-difference.js';

const local = ['memory:', 'fs:'] as const;

test('finds no difference in 3,000 operations of a fixed seed', { timeout: 300_000 }, async () => expectNoDifference(7, 3000, ...local));

test('finds no difference between the S3 endpoint and the datastore behind it', { timeout: 300_000 }, async () =>
  expectNoDifference(23, 1000, 'memory:', 'endpoint:memory:'),
);
