import type { Call } from '../calls/call.js';
import type { Drawn } from '../generate/program.js';
import { fewer } from './fewer.js';
import { renamed } from './rename.js';

/** Tells whether a program still shows a difference. */
export type Fails = (calls: readonly Call[]) => Promise<boolean>;

/** Runs at most; what is found until then is good enough. */
const most = 1500;

/** Makes a failing program short: fewer calls, then simpler ones, then simpler names, as long as it fails. */
export async function shrink(program: readonly Drawn[], fails: Fails): Promise<readonly Call[]> {
  let runs = 0;
  const stillFails = async (calls: readonly Call[]) => (runs += 1) <= most && fails(calls);
  const callsOf = (drawn: readonly Drawn[]) => drawn.map(({ call }) => call);
  const fewest = async (drawn: readonly Drawn[]) => fewer(drawn, (some) => stillFails(callsOf(some)));
  const simple = await simpler(await fewest(program), (drawn) => stillFails(callsOf(drawn)));
  // A simpler call may make another one superfluous.
  let calls: readonly Call[] = callsOf(await fewest(simple));
  for (
    let better = await firstFailing(renamed(calls), stillFails);
    better !== undefined;
    better = await firstFailing(renamed(calls), stillFails)
  )
    calls = better;
  return calls;
}

/** Replaces call after call by a simpler one. */
async function simpler(program: readonly Drawn[], fails: (drawn: readonly Drawn[]) => Promise<boolean>): Promise<readonly Drawn[]> {
  let best = program;
  for (let at = 0; at < best.length; at++) {
    for (let candidates = best[at]?.simpler(); candidates !== undefined;) {
      const found = await firstFailing(places(best, at, candidates), fails);
      if (found !== undefined) best = found;
      candidates = found?.[at]?.simpler();
    }
  }
  return best;
}

function* places(program: readonly Drawn[], at: number, candidates: Iterable<Drawn>): Generator<readonly Drawn[]> {
  for (const candidate of candidates) yield program.with(at, candidate);
}

async function firstFailing<T>(candidates: Iterable<T>, fails: (candidate: T) => Promise<boolean>): Promise<T | undefined> {
  for (const candidate of candidates) if (await fails(candidate)) return candidate;
  return undefined;
}
