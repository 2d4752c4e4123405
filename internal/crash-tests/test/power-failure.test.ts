import { failPowerAtEachCall, scenarios } from '@anybucket/crash-tests';
import { expect, test } from 'vitest';

/** Tests every fifth call; the program `power` tests all of them. */
const stride = 5;

test.runIf(process.platform === 'linux').each(scenarios)(
  '$name survives a power failure with durable: true',
  { timeout: 60_000 },
  async (scenario) => {
    expect(await failPowerAtEachCall(scenario, stride)).toBeGreaterThan(2);
  },
);
