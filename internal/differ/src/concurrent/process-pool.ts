import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClientTask } from './client-process.js';
import type { HistoryEvent } from './history.js';

// The built file, also when tests run the sources: Node cannot run TypeScript.
const clientProcess = fileURLToPath(new URL('../../dist/concurrent/client-process.js', import.meta.url));

interface TaskResult {
  readonly events?: HistoryEvent[];
  readonly failure?: string;
}

/** Child processes that run script clients. Started on first use and reused by later scripts. */
export class ProcessPool {
  readonly #children: ChildProcess[] = [];

  /** Runs clients concurrently, each in its own process. Throws when a client fails or its process exits. */
  async run(tasks: readonly ClientTask[]): Promise<HistoryEvent[]> {
    while (this.#children.length < tasks.length) {
      this.#children.push(fork(clientProcess, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
    }
    // Wait for all of them, also after a failure: no call may be running when the bucket is removed.
    const outcomes = await Promise.allSettled(tasks.map(async (task, index) => this.#run(index, task)));
    return outcomes.flatMap((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  /** Kills all processes. */
  close(): void {
    for (const child of this.#children.splice(0)) child.kill();
  }

  async #run(index: number, task: ClientTask): Promise<HistoryEvent[]> {
    const child = this.#children[index];
    if (child === undefined) throw new TypeError(`there is no process ${index}`);
    const done = new AbortController();
    const exited = once(child, 'exit', { signal: done.signal }).then((): TaskResult => ({ failure: 'the client process exited' }));
    exited.catch(() => undefined);
    const received = once(child, 'message', { signal: done.signal }).then(([message]) => message as TaskResult);
    child.send(task);
    const { events, failure } = await Promise.race([received, exited]);
    done.abort();
    received.catch(() => undefined);
    if (events === undefined) throw new Error(failure);
    return events;
  }
}
