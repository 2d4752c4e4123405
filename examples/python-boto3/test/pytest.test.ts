import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const cwd = fileURLToPath(new URL('..', import.meta.url));

test('the tests in Python pass', { timeout: 180_000 }, async ({ skip }) => {
  const hasPython = await run('python3', ['-c', 'import ensurepip, venv']).then(
    () => true,
    () => false,
  );
  skip(!hasPython || process.platform === 'win32', 'requires python3 with venv and pip, and a POSIX system');

  const folder = mkdtempSync(join(tmpdir(), 'anybucket-python-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await run('python3', ['-m', 'venv', folder]);
  const python = join(folder, 'bin', 'python');
  await run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', 'requirements.txt'], { cwd });
  const { stdout } = await run(python, ['-B', '-m', 'pytest', '-p', 'no:cacheprovider'], { cwd });
  expect(stdout).toContain('3 passed');
});
