import { tryHostileKeys } from '@anybucket/crash-tests';
import { expect, test } from 'vitest';

test('20,000 hostile keys touch nothing outside the root', { timeout: 120_000 }, async () => {
  expect(await tryHostileKeys(20_000)).toBeGreaterThan(1000);
});
