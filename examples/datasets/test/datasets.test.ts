import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'anybucket-datasets-'));
});

afterAll(async () => {
  await rm(cwd, { recursive: true });
});

/** Runs the program as a user does: built, in a process of its own. */
async function run(datastore: string): Promise<string> {
  const env = { ...process.env, ANYBUCKET_DATA_STORE: datastore };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { cwd, env });
  expect(stderr).toBe('');
  return stdout;
}

test('does its job in memory', async () => {
  const output = await run('memory:');
  expect(output).toContain('data_store on memory');
  expect(output).toContain('folders: csv/, json/, web/');
  expect(output).toContain('with "flights" in their names: json/flights-20k.json,json/flights-2k.json');
  expect(output).toMatch(/│ rain +│ +641 │/);
  expect(output).toContain('csv/stocks.csv: 12245 bytes, on disk 12245');
  expect(output).toContain('vega-archive: 3 objects\nvega-datasets: 5 objects');
  expect(output).not.toContain('\u001b');
});

test('prints the same when it is run twice', async () => {
  expect(await run('memory:')).toBe(await run('memory:'));
});
