import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('summary.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'summary-'));
afterAll(() => rmSync(folder, { recursive: true }));

const whole = {
  success: true,
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
};

/** Runs the program on a report and gives its output's last line and its exit code. */
function summarize(report: string) {
  const path = join(folder, 'report.json');
  writeFileSync(path, report);
  const { status, stdout } = spawnSync(process.execPath, [program, path], { encoding: 'utf8' });
  return { status, line: stdout.trimEnd().split('\n').at(-1) };
}

test('counts what passed and what was skipped', () => {
  const report = { ...whole, numPendingTests: 2, numTodoTests: 1 };
  expect(summarize(JSON.stringify(report))).toEqual({ status: 0, line: '3 passed, 0 failed, 3 skipped' });
});

test('fails on a failed test', () => {
  const testResults = [{ status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] }];
  const report = { ...whole, success: false, numFailedTests: 1, testResults };
  expect(summarize(JSON.stringify(report))).toEqual({ status: 1, line: '3 passed, 1 failed, 0 skipped' });
});

test('counts a file that broke before its first test as a failure', () => {
  const report = { ...whole, success: false, testResults: [...whole.testResults, { status: 'failed', assertionResults: [] }] };
  expect(summarize(JSON.stringify(report))).toEqual({ status: 1, line: '3 passed, 1 failed, 0 skipped' });
});

test('fails when the run itself failed, with every test passed', () => {
  expect(summarize(JSON.stringify({ ...whole, success: false })).status).toBe(1);
});

test('fails when there was no test', () => {
  expect(summarize(JSON.stringify({ ...whole, numPassedTests: 0 }))).toEqual({ status: 1, line: '0 passed, 0 failed, 0 skipped' });
});

test.each([
  ['cut short', '{"success": tr'],
  ['of another kind', '{}'],
  ['missing', undefined],
])('fails when the report is %s', (_, report) => {
  const { status } = report === undefined ? spawnSync(process.execPath, [program, join(folder, 'none.json')]) : summarize(report);
  expect(status).toBe(1);
});
