import { crashAtEachCall, crashInProcess, scenarios } from '@anybucket/crash-tests';
import { expect, test } from 'vitest';

test.each(scenarios)(
  'a crash before any system call of $name leaves each object either old or new',
  { timeout: 120_000 },
  async (scenario) => {
    const callNames = await crashAtEachCall(scenario, crashInProcess);
    expect(callNames.length).toBeGreaterThan(3);
  },
);
