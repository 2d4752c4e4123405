import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('summary.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'summary-'));
afterAll(() => rmSync(folder, { recursive: true }));

const passingReport = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

/** Runs the program on a report. Returns the last line of its output and its exit code. */
function summarize(report: string) {
  const path = join(folder, 'report.json');
  writeFileSync(path, report);
  const { status, stdout } = spawnSync(process.execPath, [program, path], { encoding: 'utf8' });
  return { status, line: stdout.trimEnd().split('\n').at(-1) };
}

test('counts passed, skipped and todo tests', () => {
  const report = { ...passingReport, numPendingTests: 2, numTodoTests: 1 };
  expect(summarize(JSON.stringify(report))).toEqual({ status: 0, line: '3 passed, 0 failed, 3 skipped' });
});

test('fails when a test failed', () => {
  const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] }];
  const report = { ...passingReport, success: false, numFailedTests: 1, testResults };
  expect(summarize(JSON.stringify(report))).toEqual({ status: 1, line: '3 passed, 1 failed, 0 skipped' });
});

test('counts a file that failed before its first test as a failure', () => {
  const report = {
    ...passingReport,
    success: false,
    testResults: [...passingReport.testResults, { status: 'failed', assertionResults: [] }],
  };
  expect(summarize(JSON.stringify(report))).toEqual({ status: 1, line: '3 passed, 1 failed, 0 skipped' });
});

test('fails when the run failed although all tests passed', () => {
  expect(summarize(JSON.stringify({ ...passingReport, success: false })).status).toBe(1);
});

test('fails when no test ran', () => {
  expect(summarize(JSON.stringify({ ...passingReport, numPassedTests: 0 }))).toEqual({ status: 1, line: '0 passed, 0 failed, 0 skipped' });
});

test.each([
  ['truncated', '{"success": tr'],
  ['not a vitest report', '{}'],
  ['missing', undefined],
])('fails when the report is %s', (_, report) => {
  const { status } = report === undefined ? spawnSync(process.execPath, [program, join(folder, 'none.json')]) : summarize(report);
  expect(status).toBe(1);
});
