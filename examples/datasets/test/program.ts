import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Creates a temporary working folder for the program. */
export async function createWorkingFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-datasets-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/**
 * Runs the built program in a new process and returns its output.
 * @param datastore the datastore URL; without it, the program uses the default.
 */
export async function runProgram(cwd: string, datastore?: string): Promise<string> {
  const { ANYBUCKET_DATA_STORE: _, NODE_ENV: __, ...env } = process.env;
  const programEnv = datastore === undefined ? env : { ...env, ANYBUCKET_DATA_STORE: datastore };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { cwd, env: programEnv });
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}

/** Returns an output without the name of the backend. */
export function withoutBackend(output: string): string {
  return output.replace(/^data_store on \w+/, 'data_store');
}
