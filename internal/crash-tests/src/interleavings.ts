// oxlint-disable eslint/no-console -- a program that reports
import { interleave, pairs } from './interleave.js';

/** Stops writers at every step while another process acts. */
const program = new URL('step-child.js', import.meta.url);
for (const pair of pairs) {
  let steps = 0;
  while (await interleave(program, pair, steps + 1)) steps++;
  console.log(`${pair.scene.padEnd(34)} ${pair.name.padEnd(28)} ${String(steps).padStart(4)} steps`);
}
