import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskRequest } from './tasks.js';

/** A task that runs in a child process. */
export interface RunningTask {
  readonly process: ChildProcess;
  /** Rejects when the process fails. */
  readonly result: Promise<unknown>;
}

/** Starts a task in a new process. @param taskProcess the built `task-process.js`. */
export function runTask(taskProcess: URL, request: TaskRequest): RunningTask {
  const child = fork(taskProcess, { execArgv: [] });
  child.send(request);
  return { process: child, result: resultOf(child, request.task) };
}

async function resultOf(child: ChildProcess, task: string): Promise<unknown> {
  const exited = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`the task ${task} exited with ${String(code ?? signal)} before it sent a result`);
  });
  const received = once(child, 'message').then(([message]) => message as unknown);
  // The process also exits after sending its result.
  exited.catch(() => {});
  return Promise.race([received, exited]);
}

/** Waits until a process is stopped by SIGSTOP. Linux only. */
export async function waitUntilStopped({ pid }: ChildProcess): Promise<void> {
  while (!/\) [Tt] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) await sleep(5);
}
