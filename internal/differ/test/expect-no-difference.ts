import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Backend, diff, explain } from '../src/index.js';

/**
 * Compares backends. Prints the seed, so that a failure can be reproduced.
 * @param urls as for `Backend.open`; `fs:` and `endpoint:fs:` get a temporary folder.
 */
export async function expectNoDifference(seed: number, operations: number, ...urls: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-differ-'));
  const locations = urls.map((url, index) => (url.endsWith('fs:') ? url + join(folder, String(index)) : url));
  const backends = await Promise.all(locations.map((location) => Backend.open(location)));
  try {
    process.stdout.write(`seed ${seed}, ${operations} operations on ${backends.map(({ name }) => name).join(', ')}\n`);
    const finding = await diff({ backends, operations, seed });
    expect(finding === undefined ? '' : explain(finding)).toBe('');
  } finally {
    await Promise.all(backends.map((backend) => backend.close()));
    await rm(folder, { recursive: true, force: true });
  }
}
