import { expect, test } from 'vitest';
import { attackLimits } from '@anybucket/attack';

test.each(['memory:', 'fs:'])(
  '2,000 parallel calls of each method succeed on %s with 256 open files',
  { timeout: 180_000 },
  async (url) => {
    const report = await attackLimits(url);
    expect(report.errors).toEqual({});
    expect(new Set(Object.values(report.succeeded))).toEqual(new Set([2000]));
  },
);
