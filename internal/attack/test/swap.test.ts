import { expect, test } from 'vitest';
import { attackSwap, swapTargets } from '@anybucket/attack';

// The exchange in one step and the directory descriptors are Linux's.
test.runIf(process.platform === 'linux').each(swapTargets)(
  'an exchange of %s with a link reaches no file outside the root',
  async (target) => {
    const report = await attackSwap(target, AbortSignal.timeout(1500));
    expect(report).toMatchObject({ written: 0, lost: 0, read: 0 });
    expect(report.calls + report.refused).toBeGreaterThan(50);
  },
);
