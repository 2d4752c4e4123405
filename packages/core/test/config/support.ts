import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { onTestFinished } from 'vitest';
import { StorageError } from '../../src/api/errors.js';

/** The path of a backend module for tests. */
export const backend = fileURLToPath(new URL('backend.js', import.meta.url));

/** A value that must never be printed, whole or in part. */
export const secret = 'sEcReT';

/** Creates a temporary folder with files, removed after the test. Objects are written as JSON. */
export async function folderWith(files: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'anybucket-connect-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** Asserts the code and operation of a failure, parts of its message, and that printing it does not show the secret. */
export async function fails(
  work: () => unknown,
  expected: { code?: string; operation?: string; messageParts?: readonly string[] },
): Promise<StorageError> {
  let error: unknown;
  try {
    await work();
  } catch (thrown) {
    error = thrown;
  }
  assert(error instanceof StorageError, `expected a StorageError, found ${inspect(error)}`);
  const { code = 'ConfigError', operation, messageParts = [] } = expected;
  assert.equal(error.code, code, error.message);
  if (operation !== undefined) assert.equal(error.operation, operation);
  for (const part of messageParts)
    assert(error.message.includes(part), `${JSON.stringify(error.message)} does not include ${JSON.stringify(part)}`);
  assertNoSecret(error);
  return error;
}

/** Asserts that no way of printing a value shows the secret. */
export function assertNoSecret(value: unknown): void {
  const prints = [inspect(value, { depth: Infinity, showHidden: true, getters: true }), JSON.stringify(value) ?? '', String(value)];
  if (value instanceof Error) prints.push(value.message, value.stack ?? '');
  for (const print of prints) assert(!print.includes(secret), `a secret is printed: ${print}`);
}
