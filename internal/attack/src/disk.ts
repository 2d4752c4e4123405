import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { program } from './program.js';

/** What was counted. */
export interface DiskReport {
  /** Rounds: one damage each, then every call. */
  readonly rounds: number;
  /** Calls that succeeded. */
  readonly calls: number;
  /** Calls that failed with a `StorageError`. */
  readonly refused: number;
  /** What must not happen: a call that took over a second, or returned other bytes, or failed in another way. Each with its seed. */
  readonly faults: readonly string[];
}

/** What the damaging process reports after each call or round. */
export type DiskMessage =
  | { readonly kind: 'round'; readonly seed: number; readonly damage: string }
  | { readonly kind: 'call'; readonly call: string; readonly outcome: 'succeeded' | 'refused' }
  | { readonly kind: 'fault'; readonly text: string };

/** A call is late after a second; the rest is for a busy machine. */
const maxSilenceMs = 4000;
const maxFaults = 20;

/**
 * Damages what is on disk and uses the objects, in another process: a call that never ends would stop this one too.
 * @param seed The first round's seed; each round has the next one.
 * @param signal Ends the attack.
 */
export async function attackDisk(seed: number, signal: AbortSignal): Promise<DiskReport> {
  const report = { rounds: 0, calls: 0, refused: 0, faults: [] as string[] };
  let nextSeed = seed;
  while (!signal.aborted && report.faults.length < maxFaults) {
    const child = fork(program('disk-child'), [String(nextSeed)], { execArgv: [] });
    nextSeed = (await watch(child, report, signal)) + 1;
  }
  return report;
}

/** Counts what a process reports until it hangs, ends, or the attack is over. Returns the seed of its last round. */
async function watch(
  child: ChildProcess,
  report: { rounds: number; calls: number; refused: number; faults: string[] },
  signal: AbortSignal,
): Promise<number> {
  let lastMessageMs = performance.now();
  let seed = 0;
  let doing = 'nothing yet';
  child.on('message', (message: DiskMessage) => {
    lastMessageMs = performance.now();
    switch (message.kind) {
      case 'round':
        report.rounds++;
        ({ seed } = message);
        doing = message.damage;
        break;
      case 'call':
        if (message.outcome === 'succeeded') report.calls++;
        else report.refused++;
        break;
      case 'fault':
        report.faults.push(`seed ${seed}, ${doing}: ${message.text}`);
        break;
    }
  });
  const exit = once(child, 'exit');
  try {
    while (child.exitCode === null && child.signalCode === null && !signal.aborted) {
      await Promise.race([sleep(200), exit]);
      if (performance.now() - lastMessageMs > maxSilenceMs) {
        report.faults.push(`seed ${seed}, ${doing}: a call did not settle`);
        return seed;
      }
    }
    if (!signal.aborted && child.exitCode !== 0)
      report.faults.push(`seed ${seed}, ${doing}: the process ended (${child.exitCode ?? child.signalCode})`);
    return seed;
  } finally {
    child.kill('SIGKILL');
    await exit;
  }
}
