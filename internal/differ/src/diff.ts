import { Processes } from './concurrent/processes.js';
import { race } from './concurrent/race.js';
import type { Race } from './concurrent/race.js';
import { shrinkRace } from './concurrent/shrink-race.js';
import { drawScript } from './concurrent/script.js';
import { drawProgram } from './generate/program.js';
import type { Backend } from './run/backend.js';
import { runProgram } from './run/run-program.js';
import type { Difference } from './run/run-program.js';
import { Tally } from './run/tally.js';
import type { Call } from './calls/call.js';
import { shrink } from './shrink/shrink.js';

/** What {@link diff} is to do. */
export interface DiffOptions {
  readonly backends: readonly Backend[];
  /** Calls in all, at least. Each is made on every backend. */
  readonly operations: number;
  readonly seed: number;
  /** Calls a program. @defaultValue 100 */
  readonly length?: number;
  /** Programs at a time: while one waits for a backend another goes on. @defaultValue 4 */
  readonly parallel?: number;
  /** The number of the first program. @defaultValue 0 */
  readonly from?: number;
  readonly tally?: Tally;
  /** Told after each program. */
  readonly progress?: (tally: Tally) => void;
  /** Begins no further program when it aborts. */
  readonly signal?: AbortSignal;
}

/** What was found in a program: a difference with the short program that shows it, or a race that nothing explains. */
export type Found = { readonly number: number } & (Short | { readonly race: Race });

interface Short {
  readonly calls: readonly Call[];
  readonly difference: Difference;
}

/** One in so many programs is one of clients at once; of those one in so many has a process for each. */
const raceEvery = 10;
const processesEvery = 3;

/**
 * Runs random programs on backends and on the model until enough calls were made or an answer differs.
 * @returns the difference, shrunk; undefined when there was none.
 */
export async function diff(options: DiffOptions): Promise<Found | undefined> {
  const {
    backends,
    operations,
    seed,
    length = 100,
    parallel = 4,
    from = 0,
    tally = new Tally(),
    progress = () => undefined,
    signal,
  } = options;
  const processes = new Processes();
  let next = from;
  const broken = new AbortController();
  const ended = AbortSignal.any(signal === undefined ? [broken.signal] : [broken.signal, signal]);
  let failed: { readonly number: number; readonly what: Difference | Race } | undefined;
  const work = async () => {
    while (failed === undefined && !ended.aborted && tally.calls < operations) {
      const number = next++;
      const program = drawProgram(seed, number, length).map(({ call }) => call);
      const what = (await runProgram(program, backends, tally)) ?? (await races(number));
      progress(tally);
      if (what !== undefined) failed ??= { number, what };
    }
  };
  // One at a time: the processes serve one.
  let last: Promise<unknown> = Promise.resolve();
  const races = async (number: number): Promise<Race | undefined> => {
    if (number % raceEvery !== 0) return undefined;
    const turn = last.then(() => raceAll(options, number, processes, tally));
    last = turn.catch(() => undefined);
    return turn;
  };
  try {
    const workers = Array.from({ length: parallel }, async () => {
      await work().catch((error: unknown) => {
        broken.abort();
        throw error;
      });
    });
    for (const outcome of await Promise.allSettled(workers)) if (outcome.status === 'rejected') throw outcome.reason;
    if (failed === undefined) return undefined;
    const { number, what } = failed;
    return 'script' in what
      ? { number, race: await shortestRace(what, number, backends, processes) }
      : { number, ...(await shortest(drawProgram(seed, number, length), what, backends)) };
  } finally {
    processes.close();
  }
}

async function raceAll(
  { backends, seed, length = 100 }: DiffOptions,
  number: number,
  processes: Processes,
  tally: Tally,
): Promise<Race | undefined> {
  const script = drawScript(seed, number, 3, Math.ceil(length / 10));
  for (const backend of backends) {
    const found = await race(backend, script, isApart(number) ? processes : undefined);
    if (found !== undefined) return found;
  }
  tally.called(script.flat().length);
  return undefined;
}

/** Shrinks to a script that goes wrong on the same backend. */
async function shortestRace(first: Race, number: number, backends: readonly Backend[], processes: Processes): Promise<Race> {
  const backend = backends.find(({ name }) => name === first.backend);
  if (backend === undefined) return first;
  return shrinkRace(first, async (script) => race(backend, script, isApart(number) ? processes : undefined));
}

/** Tells whether the clients of a program's script have a process each. */
function isApart(number: number): boolean {
  return number % (raceEvery * processesEvery) === 0;
}

/** Shrinks to a program in which the same method differs on the same backend. */
async function shortest(program: ReturnType<typeof drawProgram>, first: Difference, backends: readonly Backend[]): Promise<Short> {
  let last: Short = { calls: program.map(({ call }) => call), difference: first };
  await shrink(program, async (calls) => {
    const difference = await runProgram(calls, backends, new Tally());
    if (difference === undefined || difference.call.method !== first.call.method || difference.backend !== first.backend) return false;
    last = { calls, difference };
    return true;
  });
  return last;
}
