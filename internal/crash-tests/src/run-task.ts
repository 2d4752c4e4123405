import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskCall } from './tasks.js';

/** A child process with a task under way. */
export interface RunningTask {
  readonly process: ChildProcess;
  /** Rejects when the process fails. */
  readonly answer: Promise<unknown>;
}

/** Starts a task in a process of its own. @param program `child.js`, built. */
export function runTask(program: URL, call: TaskCall): RunningTask {
  const child = fork(program, { execArgv: [] });
  child.send(call);
  return { process: child, answer: answerOf(child, call.task) };
}

async function answerOf(child: ChildProcess, task: string): Promise<unknown> {
  const exit = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the task ${task} ended with ${String(code ?? signal)}`);
  });
  const answer = once(child, 'message').then(([message]) => message as unknown);
  // Whichever comes second says nothing new.
  exit.catch(() => {});
  return Promise.race([answer, exit]);
}

/** Waits until a process has been stopped. Linux only. */
export async function untilStopped({ pid }: ChildProcess): Promise<void> {
  while (!/\) [Tt] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await sleep(5);
}
