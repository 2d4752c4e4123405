import { interleave, interleavings } from '@anybucket/crash-tests';
import { expect, test } from 'vitest';

// The built file: Node cannot run TypeScript.
const scenarioProcess = new URL('../dist/scenario-process.js', import.meta.url);
/** Tests every sixteenth step; the program `interleavings` runs all of them. */
const stride = 16;

test.runIf(process.platform === 'linux').each(interleavings)(
  '$name during a stopped $scenario gives the result of a sequential order',
  { timeout: 60_000 },
  async (interleaving) => {
    let steps = 0;
    for (let n = 1 + Math.floor(Math.random() * stride); await interleave(scenarioProcess, interleaving, n); n += stride) steps++;
    expect(steps).toBeGreaterThan(0);
  },
);
