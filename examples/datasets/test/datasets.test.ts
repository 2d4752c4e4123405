import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileOf } from '../src/datasets.js';
import { run, withoutBackend, workingFolder } from './program.js';

test('does its job in memory', async () => {
  const output = await run(await workingFolder(), 'memory:');
  expect(output).toContain('data_store on memory');
  expect(output).toContain('folders: csv/, json/, web/');
  expect(output).toContain('with "flights" in their names: json/flights-20k.json,json/flights-2k.json');
  expect(output).toMatch(/│ rain +│ +641 │/);
  expect(output).toContain('csv/stocks.csv: 12245 bytes, on disk 12245');
  expect(output).toContain('vega-archive: 3 objects\nvega-datasets: 5 objects');
  expect(output).not.toContain('\u001b');
});

test('prints the same on plain files, without any setting, and once more when it is run again', async () => {
  const folder = await workingFolder();
  const first = await run(folder);
  expect(first).toContain('data_store on fs');
  expect(withoutBackend(first)).toBe(withoutBackend(await run(folder, 'memory:')));
  expect(await run(folder)).toBe(first);
  const kept = join(folder, '.anybucket', 'data_store', 'vega-archive', '2026', 'csv');
  expect(await readdir(kept)).toEqual(['airports.csv', 'seattle-weather.csv', 'stocks.csv']);
  expect(await readFile(join(kept, 'stocks.csv'))).toEqual(await readFile(fileOf('stocks.csv')));
});
