/**
 * Returns the id of the worker of the test runner in which this code runs: that of Vitest or Jest, or the id of the process, since `node:test` runs
 * each file in a process of its own.
 */
export function workerId(): string {
  return process.env['VITEST_POOL_ID'] ?? process.env['JEST_WORKER_ID'] ?? String(process.pid);
}
