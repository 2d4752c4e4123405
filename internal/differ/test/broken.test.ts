import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Backend, diff, explain } from '../src/index.js';

const run = promisify(execFile);
const broken = fileURLToPath(new URL('broken-backend.js', import.meta.url));
const dependencies = fileURLToPath(new URL('../../../node_modules', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anybucket-differ-'));
  await symlink(dependencies, join(folder, 'node_modules'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

test.for([
  'lists startAfter too',
  'forgets metadata',
  'ignores ifMatch on put',
  'trims keys',
  'loses tags on copy',
  'deletes a folder with its name',
  'answers a suffix one byte short',
])('a backend that %s is found, and a short program shows it', { timeout: 120_000 }, async (fault) => {
  const config = JSON.stringify({ backend: broken, fault });
  const backend = await Backend.ofText(config);
  const found = await diff({ backends: [backend], operations: 20_000, seed: 1 });
  await backend.close();
  if (found === undefined || 'race' in found) throw new Error('no difference was found');
  // The bucket, at most three calls that lead there, and the one that differs.
  expect(found.calls.length).toBeLessThanOrEqual(5);
  expect(explain(found)).toContain(`call ${found.difference.index + 1} on broken`);
  const program = join(folder, `${fault.replaceAll(' ', '-')}.mjs`);
  await writeFile(program, explain(found));
  expect(await output(program, config)).not.toEqual(await output(program, 'memory:differ'));
  expect(await output(program, `fs:${join(folder, fault)}`)).toEqual(await output(program, 'memory:differ'));
});

test('a backend that decides first and writes later is found by clients at once', { timeout: 120_000 }, async () => {
  const backend = await Backend.ofText(JSON.stringify({ backend: broken, fault: 'decides first and writes later' }));
  const found = await diff({ backends: [backend], operations: 100_000, seed: 1 });
  await backend.close();
  if (found === undefined || !('race' in found)) throw new Error('no race was found');
  expect(explain(found)).toContain('no order explains');
  // Two that write, and at most two more each that look at it or make it happen.
  expect(found.race.script.flat().length).toBeLessThanOrEqual(6);
  expect(found.race.script.flat().length).toBeGreaterThanOrEqual(2);
});

test('a backend whose lock holds for one process alone is found by clients in several', { timeout: 120_000 }, async () => {
  const config = { backend: broken, fault: 'locks for one process alone', root: join(folder, 'locks') };
  const backend = await Backend.ofText(JSON.stringify(config));
  const found = await diff({ backends: [backend], operations: 100_000, seed: 2, from: 30 });
  await backend.close();
  if (found === undefined || !('race' in found)) throw new Error('no race was found');
  expect(explain(found)).toContain('no order explains');
});

/** What a program shows on a store, but for the times. */
async function output(program: string, store: string): Promise<string> {
  const { stdout } = await run(process.execPath, [program, store]);
  return stdout.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time');
}
