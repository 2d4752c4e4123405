// Prints the one line that a run of the tests closes with, from vitest's own JSON report, and fails when that report is missing, unreadable,
// tells of a failure, or of no test at all: `node tools/summary.mjs reports/vitest.json`
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2] ?? 'reports/vitest.json', 'utf8'));
const skipped = report.numPendingTests + report.numTodoTests;
const passed = report.numPassedTests;

// A file that fails before its first test has no failed test to count: it counts as one.
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
const failed = report.numFailedTests + brokenFiles;

console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = report.success && failed === 0 && passed > 0 ? 0 : 1;
