import { expect, inject, test } from 'vitest';
import { toUrl } from '@anybucket/minio-server';
import { run, withoutBackend, workingFolder } from './program.js';

const address = inject('minio');

test.skipIf(address === undefined)('prints on MinIO, to the byte, what it prints in memory', async () => {
  if (address === undefined) return;
  const folder = await workingFolder();
  const output = await run(folder, toUrl(address));
  expect(output).toContain('data_store on minio');
  expect(withoutBackend(output)).toBe(withoutBackend(await run(folder, 'memory:')));
});
