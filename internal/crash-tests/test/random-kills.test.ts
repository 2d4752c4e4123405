import { killAtRandom, killVersionsAtRandom } from '@anybucket/crash-tests';
import { expect, test } from 'vitest';

// The built file: Node cannot run TypeScript.
const writerProcess = new URL('../dist/writer-process.js', import.meta.url);
const versionWriterProcess = new URL('../dist/version-writer-process.js', import.meta.url);

test.each([
  { processes: 1, kills: 40 },
  { processes: 2, kills: 40 },
  { processes: 4, kills: 40 },
])('$kills kills of $processes concurrent writers lose no acknowledged write', { timeout: 180_000 }, async ({ processes, kills }) => {
  const report = await killAtRandom({ processes, kills, writerProcess });
  expect(report.kills).toBeGreaterThanOrEqual(kills);
  expect(report.inFlight).toBeGreaterThan(kills / 10);
  expect(report.acknowledged).toBeGreaterThan(kills / 10);
});

test.each([
  { processes: 1, kills: 40 },
  { processes: 4, kills: 40 },
])('$kills kills of $processes concurrent writers lose no version', { timeout: 180_000 }, async ({ processes, kills }) => {
  const report = await killVersionsAtRandom({ processes, kills, writerProcess: versionWriterProcess });
  expect(report.kills).toBeGreaterThanOrEqual(kills);
  expect(report.inFlight).toBeGreaterThan(kills / 10);
  expect(report.acknowledged).toBeGreaterThan(kills / 10);
});
