import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Task } from './client-process.js';
import { Torn } from './client.js';
import type { Event } from './event.js';

// The built one, also for tests that run the sources: Node starts no TypeScript.
const program = fileURLToPath(new URL('../../dist/concurrent/client-process.js', import.meta.url));

/** Processes that run the clients of scripts. Started when they are first needed, kept for the next script. */
export class Processes {
  readonly #children: ChildProcess[] = [];

  /** Runs clients at once, each in a process of its own. @throws {@link Torn} with what a process could not explain */
  async run(tasks: readonly Task[]): Promise<Event[]> {
    while (this.#children.length < tasks.length) this.#children.push(fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
    const answers = tasks.map(async (task, index) => this.#ask(index, task));
    return (await Promise.all(answers)).flat();
  }

  /** Ends them all. */
  close(): void {
    for (const child of this.#children.splice(0)) child.kill();
  }

  async #ask(index: number, task: Task): Promise<Event[]> {
    const child = this.#children[index];
    if (child === undefined) throw new TypeError('there is no such process');
    const ended = new AbortController();
    const gone = once(child, 'exit', { signal: ended.signal }).then(() => ({ failure: 'the process has ended' }));
    gone.catch(() => undefined);
    const answered = once(child, 'message', { signal: ended.signal }).then(([answer]) => answer as { events?: Event[]; failure?: string });
    child.send(task);
    const { events, failure } = await Promise.race([answered, gone as Promise<{ events?: Event[]; failure?: string }>]);
    ended.abort();
    answered.catch(() => undefined);
    if (events === undefined) throw new Torn(failure);
    return events;
  }
}
