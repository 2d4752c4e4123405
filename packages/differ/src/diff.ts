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
}

/** A difference, and the short program that shows it. */
export interface Found {
  /** The number of the program in which it was found. */
  readonly number: number;
  readonly calls: readonly Call[];
  readonly difference: Difference;
}

/**
 * Runs random programs on backends and on the model until enough calls were made or an answer differs.
 * @returns the difference, shrunk; undefined when there was none.
 */
export async function diff(options: DiffOptions): Promise<Found | undefined> {
  const { backends, operations, seed, length = 100, parallel = 4, from = 0, tally = new Tally(), progress = () => undefined } = options;
  let next = from;
  let failed: { readonly number: number; readonly difference: Difference } | undefined;
  const work = async () => {
    while (failed === undefined && tally.calls < operations) {
      const number = next++;
      const calls = drawProgram(seed, number, length).map(({ call }) => call);
      const difference = await runProgram(calls, backends, tally);
      progress(tally);
      if (difference !== undefined) failed ??= { number, difference };
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  if (failed === undefined) return undefined;
  const { number, difference } = failed;
  return { number, ...(await shortest(drawProgram(seed, number, length), difference, backends)) };
}

/** Shrinks to a program in which the same method differs at the same place. */
async function shortest(
  program: ReturnType<typeof drawProgram>,
  first: Difference,
  backends: readonly Backend[],
): Promise<Omit<Found, 'number'>> {
  let last: Omit<Found, 'number'> = { calls: program.map(({ call }) => call), difference: first };
  await shrink(program, async (calls) => {
    const difference = await runProgram(calls, backends, new Tally());
    if (difference === undefined || difference.call.method !== first.call.method || difference.backend !== first.backend) return false;
    last = { calls, difference };
    return true;
  });
  return last;
}
