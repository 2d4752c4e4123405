import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contractCases } from '@anybucket/core/contract';
import { expect, test } from 'vitest';

const ids = contractCases.map(({ id }) => id);
const folder = fileURLToPath(new URL('../../src/contract/cases/', import.meta.url));
const sources = readdirSync(folder).map((name) => readFileSync(`${folder}${name}`, 'utf8'));

test('ids are unique paths of lowercase words', () => {
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z0-9-]+(\/[a-z0-9-]+)+$/.test(id))).toEqual([]);
});

test('every id is a literal in one place of the source', () => {
  const literals = new Map<string, number>();
  for (const source of sources)
    for (const [, text = ''] of source.matchAll(/'([a-z0-9-]+(?:\/[a-z0-9-]+)+)'/g)) literals.set(text, (literals.get(text) ?? 0) + 1);
  expect(ids.filter((id) => literals.get(id) !== 1)).toEqual([]);
});
