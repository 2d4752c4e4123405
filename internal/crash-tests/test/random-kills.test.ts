import { killAtRandom } from '@anybucket/crash-tests';
import { expect, test } from 'vitest';

// The program is started as it was built.
const worker = new URL('../dist/worker.js', import.meta.url);

test.each([
  { processes: 1, kills: 80 },
  { processes: 2, kills: 60 },
  { processes: 4, kills: 60 },
])('$kills kills, $processes at once, lose nothing that was acknowledged', { timeout: 180_000 }, async ({ processes, kills }) => {
  const report = await killAtRandom({ processes, kills, worker });
  expect(report.kills).toBeGreaterThanOrEqual(kills);
  expect(report.inFlight).toBeGreaterThan(kills / 10);
  expect(report.acknowledged).toBeGreaterThan(kills / 10);
});
