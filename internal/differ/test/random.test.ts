import { randomInt } from 'node:crypto';
import { test } from 'vitest';
import { expectNoDifference } from './expect-no-difference.js';

test('finds no difference in 3,000 operations of a fixed seed', { timeout: 300_000 }, async () => expectNoDifference(7, 3000));

test('finds no difference in 1,000 operations of a random seed', { timeout: 300_000 }, async () =>
  expectNoDifference(randomInt(2 ** 31), 1000),
);
