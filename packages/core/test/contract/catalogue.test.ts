import { contractCases } from '@anybucket/core/contract';
import { describe, expect, test } from 'vitest';
import { catalogue } from './catalogue.js';
import { catalogueTable, matcher } from './catalogue-table.js';

const ids = contractCases.map(({ id }) => id);
const patterns = Object.values(catalogue).flatMap((lines) => lines.flatMap(([, ...all]) => all));

describe('the catalogue', () => {
  test('ids are unique and of one form', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z-]+\/\S.*$/.test(id))).toEqual([]);
  });

  test('every pattern matches a case', () => {
    expect(patterns.filter((pattern) => !ids.some(matcher(pattern)))).toEqual([]);
  });

  test('every line names a case', () => {
    for (const lines of Object.values(catalogue)) for (const [, ...all] of lines) expect(all.length).toBeGreaterThan(0);
  });

  test('every case belongs to a line', () => {
    expect(ids.filter((id) => !patterns.some((pattern) => matcher(pattern)(id)))).toEqual([]);
  });

  test('the documentation is up to date', async () => {
    await expect(catalogueTable()).toMatchFileSnapshot('../../../../docs/contract.md');
  });
});
