// oxlint-disable eslint/no-console -- a program that reports
// Kills a process before each system call of each scenario, and prints the number of kills per system call.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { crashAtEachCall } from '../crash-steps.js';
import type { CrashScenario } from '../crash-steps.js';
import { scenarios } from '../scenarios.js';

const scenarioProcess = fileURLToPath(new URL('../scenario-process.js', import.meta.url));

const killChild: CrashScenario = async (root, scenario, n) => {
  const child = spawn(process.execPath, [scenarioProcess, root, scenario.name, String(n), 'SIGKILL'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  const callName = await text(child.stdout);
  const [code, signal] = await exit;
  if (code === 0) return undefined;
  assert.equal(signal, 'SIGKILL', `${scenario.name} failed before it was killed`);
  return callName;
};

const killsByCall = new Map<string, number>();
for (const scenario of scenarios) {
  const callNames = await crashAtEachCall(scenario, killChild);
  console.log(`${scenario.name.padEnd(38)} ${String(callNames.length).padStart(4)} kills`);
  for (const name of callNames) killsByCall.set(name, (killsByCall.get(name) ?? 0) + 1);
}
console.log('\nbefore the call');
for (const [name, count] of [...killsByCall].sort((a, b) => b[1] - a[1])) {
  console.log(`${name.padEnd(38)} ${String(count).padStart(4)} kills`);
}
