// oxlint-disable eslint/no-console -- a program that reports
// Stops a writer before each of its system calls while an operation runs in this process.
import { interleave, interleavings } from '../interleave.js';

const scenarioProcess = new URL('../scenario-process.js', import.meta.url);
for (const interleaving of interleavings) {
  let steps = 0;
  while (await interleave(scenarioProcess, interleaving, steps + 1)) steps++;
  console.log(`${interleaving.scenario.padEnd(38)} ${interleaving.name.padEnd(34)} ${String(steps).padStart(4)} steps`);
}
