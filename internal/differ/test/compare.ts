import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Backend, diff, explain } from '../src/index.js';

/** Compares memory, a fresh folder, and the stores of other URLs; the seed is printed, so that a failure can be run again. */
export async function expectNoDifference(seed: number, operations: number, ...urls: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-differ-'));
  const backends = await Promise.all(['memory:', `fs:${folder}`, ...urls].map((url) => Backend.ofText(url)));
  try {
    process.stdout.write(`seed ${seed}, ${operations} operations on ${backends.map(({ name }) => name).join(', ')}\n`);
    const found = await diff({ backends, operations, seed });
    expect(found === undefined ? '' : explain(found)).toBe('');
  } finally {
    await Promise.all(backends.map((backend) => backend.close()));
    await rm(folder, { recursive: true, force: true });
  }
}
