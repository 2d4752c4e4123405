import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

test('runs on the datastore configured by the environment', async () => {
  const env = { ...process.env, ANYBUCKET_DATA_STORE: 'memory:' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { env });
  expect({ stdout, stderr }).toEqual({ stdout: 'acme owes 22.4\n', stderr: '' });
});
