// Prints the closing lines of a test run in CI, from the reports of vitest: the coverage if it was measured, and last
// `N passed, N failed, N skipped`. Fails if the test report is missing or unreadable, or contains a failure or no test:
// `node tools/summary.mjs reports/vitest.json reports/coverage/coverage-summary.json`
import { existsSync, readFileSync } from 'node:fs';
import { coverageLine, readCoverage } from './coverage.mjs';

const [testReport = 'reports/vitest.json', coverageReport] = process.argv.slice(2);
const report = JSON.parse(readFileSync(testReport, 'utf8'));
const skipped = report.numPendingTests + report.numTodoTests;
const passed = report.numPassedTests;

// A file that fails before its first test has no failed test to count. The file counts as one.
const brokenFiles = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
const failed = report.numFailedTests + brokenFiles;

if (coverageReport !== undefined && existsSync(coverageReport)) console.log(coverageLine(readCoverage(coverageReport)));
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = report.success && failed === 0 && passed > 0 ? 0 : 1;
