// Prints a one-line summary of vitest's JSON report: `node tools/summary.mjs reports/vitest.json`. Fails when the report is missing or
// unreadable, or has a failure or no passed test.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2] ?? 'reports/vitest.json', 'utf8'));
const skipped = report.numPendingTests + report.numTodoTests;
const passed = report.numPassedTests;

// A file that fails before its first test has no failed test, so it counts as one failure.
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
const failed = report.numFailedTests + brokenFiles;

console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = report.success && failed === 0 && passed > 0 ? 0 : 1;
