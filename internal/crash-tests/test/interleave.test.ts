import { interleave, pairs } from '@anybucket/crash-tests';
import { expect, test } from 'vitest';

// The program is started as it was built.
const program = new URL('../dist/step-child.js', import.meta.url);
/** Every so many steps; the program `interleavings` takes them all. */
const stride = 8;

test.runIf(process.platform === 'linux').each(pairs)(
  '"$name" while "$scene" is stopped leaves what comes of one after the other',
  { timeout: 60_000 },
  async (pair) => {
    let steps = 0;
    for (let n = 1 + Math.floor(Math.random() * stride); await interleave(program, pair, n); n += stride) steps++;
    expect(steps).toBeGreaterThan(0);
  },
);
