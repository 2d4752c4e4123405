import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Backend, diff, explain } from '../src/index.js';

/** Compares the memory backend, the file system backend, and other datastores. Prints the seed, so that a failure can be reproduced. */
export async function expectNoDifference(seed: number, operations: number, ...urls: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-differ-'));
  const backends = await Promise.all(['memory:', `fs:${folder}`, ...urls].map((url) => Backend.open(url)));
  try {
    process.stdout.write(`seed ${seed}, ${operations} operations on ${backends.map(({ name }) => name).join(', ')}\n`);
    const finding = await diff({ backends, operations, seed });
    expect(finding === undefined ? '' : explain(finding)).toBe('');
  } finally {
    await Promise.all(backends.map((backend) => backend.close()));
    await rm(folder, { recursive: true, force: true });
  }
}
