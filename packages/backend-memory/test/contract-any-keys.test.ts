import { MemoryDatastore } from '@anybucket/backend-memory';
import { contractCases } from '@anybucket/core/contract';
import { expect, test } from 'vitest';

/** The other cases do not depend on the rules for keys. */
const cases = contractCases.filter(
  ({ id, requires }) => requires.includes('anyKeys') || /^(?:invalid-keys|versioning|error-precedence)\//.test(id),
);

test.each(cases)("$id, with keys: 's3'", async ({ run, unmetRequirement }) => {
  const datastore = new MemoryDatastore({ keys: 's3' });
  expect(await run({ datastore })).toBe(unmetRequirement(datastore.capabilities));
});
