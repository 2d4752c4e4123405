import { expect, inject, test } from 'vitest';
import { toUrl } from '@anybucket/minio-server';
import { createWorkingFolder, runProgram, withoutBackend } from './program.js';

const address = inject('minio');

test.skipIf(address === undefined)('prints the same on MinIO as in memory', async () => {
  if (address === undefined) return;
  const folder = await createWorkingFolder();
  const output = await runProgram(folder, toUrl(address));
  expect(output).toContain('data_store on minio');
  expect(withoutBackend(output)).toBe(withoutBackend(await runProgram(folder, 'memory:')));
});
