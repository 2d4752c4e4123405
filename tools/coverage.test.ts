import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
afterAll(() => rmSync(folder, { recursive: true }));

const coverageReport = join(folder, 'coverage-summary.json');
const testReport = join(folder, 'vitest.json');

function counts(covered: number, total: number) {
  return Object.fromEntries(['lines', 'branches', 'functions'].map((measure) => [measure, { covered, total }]));
}

/** Runs a program of this folder and returns what it printed, line by line. */
function run(program: string, ...args: string[]): string[] {
  const path = fileURLToPath(new URL(program, import.meta.url));
  return spawnSync(process.execPath, [path, ...args], { encoding: 'utf8' })
    .stdout.trimEnd()
    .split('\n');
}

writeFileSync(
  coverageReport,
  JSON.stringify({
    total: counts(0, 0),
    '/home/me/packages/core/src/index.ts': counts(999, 1000),
    '/home/me/packages/core/src/backend.ts': counts(0, 1),
    'C:\\me\\packages\\backend-fs\\src\\index.ts': counts(1, 1),
  }),
);

test('summarizes the coverage per package, rounded down', () => {
  expect(run('coverage.mjs', coverageReport).map((line) => line.split(/ {2,}/))).toEqual([
    ['package', 'lines', 'branches', 'functions'],
    ['backend-fs', '100.0 %', '100.0 %', '100.0 %'],
    ['core', '99.8 %', '99.8 %', '99.8 %'],
    ['all', '99.8 %', '99.8 %', '99.8 %'],
    ['Details: reports/coverage/index.html'],
  ]);
});

test.each([
  ['with a coverage report', coverageReport, ['line coverage 99.8 % (backend-fs 100, core 99.8)']],
  ['without a coverage report', join(folder, 'none.json'), []],
])('ends the summary of a run %s with the counts', (_, report, before) => {
  const counted = { success: true, numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  writeFileSync(testReport, JSON.stringify(counted));
  expect(run('summary.mjs', testReport, report)).toEqual([...before, '3 passed, 0 failed, 0 skipped']);
});
