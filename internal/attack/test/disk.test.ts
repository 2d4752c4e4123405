import { expect, test } from 'vitest';
import { attackDisk } from '@anybucket/attack';

test('whatever is damaged on disk, every call settles and returns no other bytes', async () => {
  const report = await attackDisk(1, AbortSignal.timeout(25_000));
  expect(report.faults).toEqual([]);
  expect(report.rounds).toBeGreaterThan(20);
});
