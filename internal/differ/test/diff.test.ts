import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Race } from '../src/concurrent/race.js';
import { Backend, diff, explain } from '../src/index.js';
import type { Finding } from '../src/index.js';

const run = promisify(execFile);
const faultyBackend = fileURLToPath(new URL('faulty-backend.js', import.meta.url));
const dependencies = fileURLToPath(new URL('../../../node_modules', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anybucket-differ-'));
  await symlink(dependencies, join(folder, 'node_modules'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

test.for([
  'includes startAfter in listings',
  'does not store metadata',
  'ignores ifMatch on put',
  'trims keys',
  'drops tags on copy',
  'deletes the key with a trailing slash too',
  'returns suffix ranges one byte short',
])('finds a backend that %s, and prints a short program that shows it', { timeout: 120_000 }, async (fault) => {
  const config = JSON.stringify({ backend: faultyBackend, fault });
  const backend = await Backend.open(config);
  // Program 0 is followed by concurrent clients, which may notice the fault first.
  const finding = await diff({ backends: [backend], operations: 20_000, seed: 1, firstProgram: 1 });
  await backend.close();
  if (finding === undefined || 'race' in finding) throw new Error('no difference was found');
  // The call that creates the bucket, at most three preparing calls, and the one that differs.
  expect(finding.calls.length).toBeLessThanOrEqual(5);
  expect(explain(finding)).toContain(`call ${finding.difference.index + 1} on faulty`);
  const program = join(folder, `${fault.replaceAll(' ', '-')}.mjs`);
  await writeFile(program, explain(finding));
  expect(await outputOf(program, config)).not.toEqual(await outputOf(program, 'memory:differ'));
  expect(await outputOf(program, `fs:${join(folder, fault)}`)).toEqual(await outputOf(program, 'memory:differ'));
});

test('finds a backend that does not check and write atomically, with concurrent clients', { timeout: 120_000 }, async () => {
  const backend = await Backend.open(JSON.stringify({ backend: faultyBackend, fault: 'does not check and write atomically' }));
  const { finding, race } = await findRace(backend);
  await backend.close();
  expect(explain(finding)).toContain('is not linearizable');
  // Two writes, and at most four steps that create the object or reveal the result.
  expect(race.script.flat().length).toBeLessThanOrEqual(6);
  expect(race.script.flat().length).toBeGreaterThanOrEqual(2);
});

test('finds a backend that locks within one process only, with clients in several processes', { timeout: 120_000 }, async () => {
  const config = { backend: faultyBackend, fault: 'locks within one process only', root: join(folder, 'locks') };
  const backend = await Backend.open(JSON.stringify(config));
  const { finding } = await findRace(backend);
  await backend.close();
  expect(explain(finding)).toContain('is not linearizable');
});

/** Finds a race. The programs between the scripts are as short as possible. Throws an error if there is none. */
async function findRace(backend: Backend): Promise<{ readonly finding: Finding; readonly race: Race }> {
  const finding = await diff({ backends: [backend], operations: 40_000, seed: 1, programLength: 1, scriptLength: 10 });
  if (finding === undefined) throw new Error('no race was found');
  if (!('race' in finding)) throw new Error(`found a difference instead of a race: ${explain(finding)}`);
  return { finding, race: finding.race };
}

/** Returns the output of a program on a datastore, without times. */
async function outputOf(program: string, location: string): Promise<string> {
  const { stdout } = await run(process.execPath, [program, location]);
  return stdout.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME');
}
