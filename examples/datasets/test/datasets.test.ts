import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { datasetPath } from '../src/datasets.js';
import { createWorkingFolder, runProgram, withoutBackend } from './program.js';

test('runs on the memory backend', async () => {
  const output = await runProgram(await createWorkingFolder(), 'memory:');
  expect(output).toContain('data_store on memory');
  expect(output).toContain('folders: csv/, json/, web/');
  expect(output).toContain('keys that contain "flights": json/flights-20k.json,json/flights-2k.json');
  expect(output).toMatch(/│ rain +│ +641 │/);
  expect(output).toContain('csv/stocks.csv: 12245 bytes, 12245 on disk');
  expect(output).toContain('vega-archive: 3 objects\nvega-datasets: 5 objects');
  expect(output).not.toContain('\u001b');
});

test('prints the same on the default file system backend, and when it runs again', async () => {
  const folder = await createWorkingFolder();
  const first = await runProgram(folder);
  expect(first).toContain('data_store on fs');
  expect(withoutBackend(first)).toBe(withoutBackend(await runProgram(folder, 'memory:')));
  expect(await runProgram(folder)).toBe(first);
  const archive = join(folder, '.anybucket', 'data_store', 'vega-archive', '2026', 'csv');
  expect(await readdir(archive)).toEqual(['airports.csv', 'seattle-weather.csv', 'stocks.csv']);
  expect(await readFile(join(archive, 'stocks.csv'))).toEqual(await readFile(datasetPath('stocks.csv')));
});
