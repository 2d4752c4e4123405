// oxlint-disable eslint/no-console -- a program that reports
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { playAllSteps } from './play-scene.js';
import type { Play } from './play-scene.js';
import { scenes } from './scenes.js';

/** Kills a process before each call of the system that each kind of write makes, and prints how many kills hit each step. */
const program = fileURLToPath(new URL('step-child.js', import.meta.url));

const playInChild: Play = async (root, scene, n) => {
  const child = spawn(process.execPath, [program, root, scene.name, String(n), 'SIGKILL'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  const call = await text(child.stdout);
  const [code, signal] = await exit;
  if (code === 0) return undefined;
  assert.equal(signal, 'SIGKILL', `${scene.name} failed by itself`);
  return call;
};

const hits = new Map<string, number>();
for (const scene of scenes) {
  const kills = await playAllSteps(scene, playInChild);
  console.log(`${scene.name.padEnd(34)} ${String(kills.length).padStart(4)} kills`);
  for (const call of kills) hits.set(call, (hits.get(call) ?? 0) + 1);
}
console.log('\nbefore the call');
for (const [call, count] of [...hits].sort((a, b) => b[1] - a[1])) console.log(`${call.padEnd(34)} ${String(count).padStart(4)} kills`);
