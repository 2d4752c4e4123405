import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

// The built package, in processes of their own.
const cwd = fileURLToPath(new URL('runners/', import.meta.url));
const { resolve } = createRequire(import.meta.url);
const jestConfig = { rootDir: cwd, testMatch: ['<rootDir>/jest.js'], transform: {}, watchman: false };

interface Runner {
  readonly args: readonly string[];
  /** The report of the skipped case. */
  readonly skipped: RegExp;
}

const runners: Readonly<Record<string, Runner>> = {
  'node:test': { args: ['--test', '--test-reporter=tap', 'node-test.js'], skipped: /native\/headers # SKIP requires native/ },
  'node:test without hooks': { args: ['--test', '--test-reporter=tap', 'node-test-minimal.js'], skipped: /native\/headers # SKIP/ },
  jest: {
    args: ['--experimental-vm-modules', resolve('jest/bin/jest'), '--config', JSON.stringify(jestConfig), '--verbose'],
    skipped: /skipped native\/headers/,
  },
  mocha: { args: [resolve('mocha/bin/mocha.js'), 'mocha.js'], skipped: /- native\/headers/ },
};

/** Runs a test runner. Returns its exit code and output. */
async function run({ args }: Runner, env: NodeJS.ProcessEnv = {}): Promise<{ code: unknown; output: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd, env: { PATH: process.env['PATH'], ...env } });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
    return { code, output: `${stdout}${stderr}` };
  }
}

test.each(Object.entries(runners))('%s runs the contract and reports skipped cases', async (_, runner) => {
  const { code, output } = await run(runner);
  expect([code, output]).toEqual([0, expect.stringContaining('2 of 3 cases ran; skipped: 1 require native')]);
  expect(output).toMatch(/buckets\/create/);
  expect(output).toMatch(runner.skipped);
});

test.each(Object.entries(runners))('%s fails if a case fails', async (_, runner) => {
  const { code, output } = await run(runner, { FAULTY: 'yes' });
  expect([code, output]).toEqual([1, expect.stringContaining('buckets/create')]);
});
