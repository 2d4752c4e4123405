import type { Call } from './calls/call.js';
import { ProcessPool } from './concurrent/process-pool.js';
import { runRace, shrinkRace } from './concurrent/race.js';
import type { Race } from './concurrent/race.js';
import { generateScript } from './concurrent/script.js';
import { generateProgram } from './generate/program.js';
import type { GeneratedCall } from './generate/program.js';
import type { Backend } from './run/backend.js';
import { runProgram } from './run/run-program.js';
import type { Difference } from './run/run-program.js';
import { RunStats } from './run/run-stats.js';
import { shrinkProgram } from './shrink/shrink-program.js';

/** Options of {@link diff}. */
export interface DiffOptions {
  readonly backends: readonly Backend[];
  /** The minimum number of calls in total. Each runs on every backend. */
  readonly operations: number;
  readonly seed: number;
  /** Calls per program. @defaultValue 100 */
  readonly programLength?: number;
  /** Steps of each concurrent client. @defaultValue a tenth of `programLength` */
  readonly scriptLength?: number;
  /** Programs that run at the same time, so that one runs while another waits for a backend. @defaultValue 4 */
  readonly concurrency?: number;
  /** The number of the first program. @defaultValue 0 */
  readonly firstProgram?: number;
  readonly stats?: RunStats;
  /** Called after each program. */
  readonly onProgress?: (stats: RunStats) => void;
  /** Called with the number of the first program that fails, before it is shrunk. */
  readonly onFailure?: (programNumber: number) => void;
  /** When it aborts, running programs finish and no further program starts. */
  readonly signal?: AbortSignal;
}

/** A difference with the shrunk program that shows it, or a race. */
export type Finding = { readonly programNumber: number } & (ShrunkProgram | { readonly race: Race });

interface ShrunkProgram {
  readonly calls: readonly Call[];
  readonly difference: Difference;
}

/** Every tenth program is followed by a script of concurrent clients; in every third script, each client has its own process. */
const programsPerScript = 10;
const scriptsPerProcessScript = 3;
const clientCount = 3;

/**
 * Runs random programs on the backends and the model until `operations` calls were made or an outcome differs.
 * @returns the first finding, shrunk; undefined when there is none.
 */
export async function diff(options: DiffOptions): Promise<Finding | undefined> {
  const {
    backends,
    operations,
    seed,
    programLength = 100,
    concurrency = 4,
    firstProgram = 0,
    stats = new RunStats(),
    onProgress = () => undefined,
    onFailure = () => undefined,
    signal,
  } = options;
  const processes = new ProcessPool();
  let nextProgram = firstProgram;
  const failed = new AbortController();
  const stopped = AbortSignal.any(signal === undefined ? [failed.signal] : [failed.signal, signal]);
  let found: { readonly programNumber: number; readonly result: Difference | Race } | undefined;
  const runPrograms = async () => {
    while (found === undefined && !stopped.aborted && stats.calls < operations) {
      const programNumber = nextProgram++;
      const calls = generateProgram(seed, programNumber, programLength).map(({ call }) => call);
      const result = (await runProgram(calls, backends, stats)) ?? (await runScriptInTurn(programNumber));
      onProgress(stats);
      if (result !== undefined) found ??= { programNumber, result };
    }
  };
  // The process pool runs one script at a time.
  let lastScript: Promise<unknown> = Promise.resolve();
  const runScriptInTurn = async (programNumber: number): Promise<Race | undefined> => {
    if (programNumber % programsPerScript !== 0) return undefined;
    const turn = lastScript.then(() => runScript(options, programNumber, processes, stats));
    lastScript = turn.catch(() => undefined);
    return turn;
  };
  try {
    const workers = Array.from({ length: concurrency }, async () => {
      await runPrograms().catch((error: unknown) => {
        failed.abort();
        throw error;
      });
    });
    for (const outcome of await Promise.allSettled(workers)) if (outcome.status === 'rejected') throw outcome.reason;
    if (found === undefined) return undefined;
    const { programNumber, result } = found;
    onFailure(programNumber);
    return 'script' in result
      ? { programNumber, race: await shrinkRaceOnSameBackend(result, programNumber, backends, processes) }
      : { programNumber, ...(await shrinkDifference(generateProgram(seed, programNumber, programLength), result, backends)) };
  } finally {
    processes.close();
  }
}

async function runScript(
  { backends, seed, programLength = 100, scriptLength = Math.ceil(programLength / 10) }: DiffOptions,
  programNumber: number,
  processes: ProcessPool,
  stats: RunStats,
): Promise<Race | undefined> {
  const script = generateScript(seed, programNumber, clientCount, scriptLength);
  for (const backend of backends) {
    const race = await runRace(backend, script, usesProcesses(programNumber) ? processes : undefined);
    if (race !== undefined) return race;
  }
  stats.addCalls(script.flat().length);
  return undefined;
}

async function shrinkRaceOnSameBackend(
  first: Race,
  programNumber: number,
  backends: readonly Backend[],
  processes: ProcessPool,
): Promise<Race> {
  const backend = backends.find(({ name }) => name === first.backend);
  if (backend === undefined) return first;
  return shrinkRace(first, async (script) => runRace(backend, script, usesProcesses(programNumber) ? processes : undefined));
}

function usesProcesses(programNumber: number): boolean {
  return programNumber % (programsPerScript * scriptsPerProcessScript) === 0;
}

/** Shrinks to a program in which the same method differs on the same backend. Runs on that backend only, which is faster. */
async function shrinkDifference(
  program: readonly GeneratedCall[],
  first: Difference,
  backends: readonly Backend[],
): Promise<ShrunkProgram> {
  let shortest: ShrunkProgram = { calls: program.map(({ call }) => call), difference: first };
  const differing = backends.filter(({ name }) => name === first.backend);
  await shrinkProgram(program, async (calls) => {
    const difference = await runProgram(calls, differing, new RunStats());
    if (difference === undefined || difference.call.method !== first.call.method || difference.backend !== first.backend) return false;
    shortest = { calls, difference };
    return true;
  });
  // For the outcomes on the other backends.
  const difference = await runProgram(shortest.calls, backends, new RunStats());
  return difference?.backend === first.backend ? { ...shortest, difference } : shortest;
}
