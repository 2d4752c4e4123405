import { isDeepStrictEqual } from 'node:util';
import type { Call } from '../calls/call.js';
import { isPlainObject, leavesOf, optionsIndex } from '../calls/call.js';
import { Model } from '../model/model.js';
import type { Answer, CapabilityFlags, Verdict } from '../model/model.js';
import type { Backend } from './backend.js';
import { departure } from './compare.js';
import type { Outcome } from './outcome.js';
import { perform } from './perform.js';
import { Session } from './session.js';
import type { Tally } from './tally.js';

/** A call that was not answered as the model says. */
export interface Difference {
  /** The place of the call in the program; behind the last: what was left behind. */
  readonly index: number;
  readonly call: Call;
  /** The backend that differs. */
  readonly backend: string;
  /** Where in the answer. */
  readonly path: string;
  readonly verdict: Verdict;
  /** What each backend answered. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

const everything = new Proxy<Record<string, boolean>>({}, { get: () => true });

/** Runs a program on all backends and on the model. @returns the first difference. */
export async function runProgram(calls: readonly Call[], backends: readonly Backend[], tally: Tally): Promise<Difference | undefined> {
  const sessions = backends.map((backend) => new Session(backend));
  const model = new Model();
  try {
    for (const [index, call] of calls.entries()) {
      const found = await runCall(call, sessions, model, tally);
      if (found !== undefined) return { ...found, index };
    }
    return await clean(calls.length, sessions, model, tally);
  } finally {
    await Promise.all(sessions.map((session) => session.end()));
  }
}

/** Removes everything by calls that are judged too: nothing that the model doesn't know may be left. */
async function clean(index: number, sessions: readonly Session[], model: Model, tally: Tally): Promise<Difference | undefined> {
  for (const [bucket, objects] of model.world.buckets) {
    const calls: Call[] = [
      { client: 'first', bucket, method: 'delete', args: [Array.from(objects.keys())] },
      { client: 'first', method: 'removeBucket', args: [bucket] },
    ];
    for (const call of calls) {
      const found = await runCall(call, sessions, model, tally);
      if (found !== undefined) return { ...found, index };
    }
  }
  return undefined;
}

async function runCall(
  call: Call,
  sessions: readonly Session[],
  model: Model,
  tally: Tally,
): Promise<Omit<Difference, 'index'> | undefined> {
  const time = model.world.nextTime();
  const ideal = model.answer(call, everything);
  const answers = sessions.map((session) => answerFor(call, model, ideal, session.backend.capabilities));
  const outcomes = await Promise.all(
    sessions.map(async (session, at) => {
      const from = Date.now();
      const outcome = await perform(session, call);
      // What it may refuse and the others have done is made up for.
      if ((answers[at]?.effects.length ?? 0) < ideal.effects.length) await perform(session, withoutExcused(call));
      session.times.ran(time, from, Date.now());
      return outcome;
    }),
  );
  for (const effect of ideal.effects) effect();
  tally.called();
  for (const [at, session] of sessions.entries()) {
    const { verdict, excuses } = answers[at] ?? { ...ideal, excuses: [] };
    const outcome = outcomes[at] ?? { thrown: 'nothing' };
    tally.excused(session.backend.name, excuses);
    const path = departure(verdict, outcome, session.times) ?? (await fileDeparture(call, session, model));
    if (path !== undefined) {
      const named = sessions.map(({ backend }, index) => [backend.name, outcomes[index] ?? outcome] as const);
      return { call, backend: session.backend.name, path, verdict, outcomes: Object.fromEntries(named) };
    }
  }
  return undefined;
}

/** What the model says for a backend without some capabilities, and which of them made a difference. */
function answerFor(
  call: Call,
  model: Model,
  ideal: Answer,
  capabilities: CapabilityFlags,
): Answer & { readonly excuses: readonly string[] } {
  const missing = Array.from(ideal.consulted).filter((name) => capabilities[name] === false);
  if (missing.length === 0) return { ...ideal, excuses: [] };
  const own = model.answer(call, capabilities);
  const same = isDeepStrictEqual(own.verdict, ideal.verdict);
  return { ...own, excuses: same ? [] : missing };
}

/** The same call without what needs a capability, so that a backend that has refused it stands where the others stand. */
function withoutExcused(call: Call): Call {
  const at = optionsIndex(call);
  const options = call.args[at];
  if (!isPlainObject(options)) return call;
  const needing = new Set(['ifMatch', 'ifNoneMatch', 'versionId', 'native']);
  const rest = Object.fromEntries(Object.entries(options).filter(([name]) => !needing.has(name)));
  return { ...call, args: call.args.with(at, rest) };
}

/** A file that `fget` has written, or has left alone. */
async function fileDeparture(call: Call, session: Session, model: Model): Promise<string | undefined> {
  if (call.method !== 'fget') return undefined;
  for (const leaf of leavesOf(call.args)) {
    if (leaf.$ !== 'file') continue;
    const expected = model.world.files.get(leaf.name);
    const actual = await session.read(leaf.name);
    if (expected === undefined ? actual !== undefined : actual === undefined || !expected.equals(actual)) return `file ${leaf.name}`;
  }
  return undefined;
}
