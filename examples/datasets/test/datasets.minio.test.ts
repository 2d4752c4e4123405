import { expect, inject, onTestFinished, test } from 'vitest';
import { startMinio, toUrl } from '@anybucket/minio-server';
import { createWorkingFolder, runProgram, withoutBackend } from './program.js';

test.skipIf(inject('minio') === undefined)('prints the same on MinIO as in memory', async () => {
  // A server of its own, because the program lists all buckets.
  const server = await startMinio();
  onTestFinished(() => server.stop());
  const folder = await createWorkingFolder();
  const output = await runProgram(folder, toUrl(server.address));
  expect(output).toContain('data_store on minio');
  expect(withoutBackend(output)).toBe(withoutBackend(await runProgram(folder, 'memory:')));
});
