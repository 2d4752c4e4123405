import { contractCases } from '@anybucket/core/contract';
import { expect, test } from 'vitest';
import { catalogue } from './catalogue.js';
import { catalogueTable, matcher } from './catalogue-table.js';

const ids = contractCases.map(({ id }) => id);
const patterns = Object.values(catalogue).flatMap((rows) => rows.flatMap(([, ...all]) => all));

test('every pattern of the catalogue matches a case', () => {
  expect(patterns.filter((pattern) => !ids.some(matcher(pattern)))).toEqual([]);
});

test('every row of the catalogue has a pattern', () => {
  for (const rows of Object.values(catalogue)) for (const [, ...all] of rows) expect(all.length).toBeGreaterThan(0);
});

test('every case belongs to a row of the catalogue', () => {
  expect(ids.filter((id) => !patterns.some((pattern) => matcher(pattern)(id)))).toEqual([]);
});

test('docs/contract.md is up to date', async () => {
  await expect(catalogueTable()).toMatchFileSnapshot('../../../../docs/contract.md');
});
