import type { Call } from '../calls/call.js';
import { isPlainObject } from '../calls/call.js';
import type { GeneratedCall } from '../generate/program.js';
import { minimize } from './minimize.js';

/** Returns whether a program still shows the difference. */
export type Fails = (calls: readonly Call[]) => Promise<boolean>;

/** Bounds the time of shrinking. */
const maxRuns = 1500;

const simpleStrings = ['a', 'b', 'c', 'a/', 'a/b', 'a b', 'é'];

/** Shrinks a failing program for as long as it fails: fewer calls, then simpler calls, then simpler keys. */
export async function shrinkProgram(program: readonly GeneratedCall[], fails: Fails): Promise<readonly Call[]> {
  let runs = 0;
  const stillFails = async (calls: readonly Call[]) => (runs += 1) <= maxRuns && fails(calls);
  const callsOf = (generated: readonly GeneratedCall[]) => generated.map(({ call }) => call);
  const removeCalls = async (generated: readonly GeneratedCall[]) => minimize(generated, (some) => stillFails(callsOf(some)));
  const simplified = await simplifyCalls(await removeCalls(program), (generated) => stillFails(callsOf(generated)));
  // A simpler call may make another call unnecessary.
  let calls: readonly Call[] = callsOf(await removeCalls(simplified));
  for (
    let better = await findFailing(withSimplerStrings(calls), stillFails);
    better !== undefined;
    better = await findFailing(withSimplerStrings(calls), stillFails)
  )
    calls = better;
  return calls;
}

/** Replaces each call with a simpler one, repeatedly. */
async function simplifyCalls(
  program: readonly GeneratedCall[],
  fails: (program: readonly GeneratedCall[]) => Promise<boolean>,
): Promise<readonly GeneratedCall[]> {
  let best = program;
  for (let index = 0; index < best.length; index++) {
    for (let candidates = best[index]?.shrink(); candidates !== undefined;) {
      const found = await findFailing(withCall(best, index, candidates), fails);
      if (found !== undefined) best = found;
      candidates = found?.[index]?.shrink();
    }
  }
  return best;
}

function* withCall(
  program: readonly GeneratedCall[],
  index: number,
  candidates: Iterable<GeneratedCall>,
): Generator<readonly GeneratedCall[]> {
  for (const candidate of candidates) yield program.with(index, candidate);
}

/** Yields the program with all occurrences of one string argument replaced by a simple string, for each combination of the two. */
function* withSimplerStrings(calls: readonly Call[]): Generator<readonly Call[]> {
  const strings = new Set(calls.flatMap(({ args }) => args.filter((arg) => typeof arg === 'string' && !arg.startsWith('differ-'))));
  for (const text of strings) {
    if (simpleStrings.includes(String(text))) continue;
    for (const simple of simpleStrings) {
      if (!strings.has(simple))
        yield calls.map((call) => ({ ...call, args: call.args.map((arg) => replaceString(arg, String(text), simple)) }));
    }
  }
}

function replaceString(value: unknown, text: string, replacement: string): unknown {
  if (value === text) return replacement;
  if (Array.isArray(value)) return value.map((one) => replaceString(one, text, replacement));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaceString(inner, text, replacement)]));
}

async function findFailing<T>(candidates: Iterable<T>, fails: (candidate: T) => Promise<boolean>): Promise<T | undefined> {
  for (const candidate of candidates) if (await fails(candidate)) return candidate;
  return undefined;
}
