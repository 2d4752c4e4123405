import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** A folder of its own, in which a test runs the program. */
export async function workingFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-datasets-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/**
 * Runs the program as a user does: built, in a process of its own.
 * @param datastore the one setting that chooses the backend; none for the default.
 * @returns what it printed.
 */
export async function run(cwd: string, datastore?: string): Promise<string> {
  const { ANYBUCKET_DATA_STORE: _, NODE_ENV: __, ...env } = process.env;
  const chosen = datastore === undefined ? env : { ...env, ANYBUCKET_DATA_STORE: datastore };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { cwd, env: chosen });
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}

/** What it printed, apart from the backend's name. */
export function withoutBackend(output: string): string {
  return output.replace(/^data_store on \w+/, 'data_store');
}
