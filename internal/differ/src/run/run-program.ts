import { isDeepStrictEqual } from 'node:util';
import type { Call, VersionPlaceholder } from '../calls/call.js';
import { isPlainObject, optionsIndex, placeholdersIn } from '../calls/call.js';
import type { ExpectedOutcome } from '../model/expected-outcome.js';
import { Model } from '../model/model.js';
import type { CapabilityFlags, Evaluation } from '../model/model.js';
import type { Backend } from './backend.js';
import { executeCall } from './execute-call.js';
import type { Outcome } from './execute-call.js';
import { findMismatch } from './find-mismatch.js';
import type { RunStats } from './run-stats.js';
import { Session } from './session.js';

/** A call whose outcome on a backend differs from the expected one. */
export interface Difference {
  /** The index of the call in the program; the program's length for a call of the cleanup. */
  readonly index: number;
  readonly call: Call;
  /** The name of the backend that differs. */
  readonly backend: string;
  /** The path of the first difference in the outcome. */
  readonly path: string;
  readonly expected: ExpectedOutcome;
  /** The outcome on each backend, by name. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

const allCapabilities = new Proxy<Record<string, boolean>>({}, { get: () => true });

/** Runs a program on all backends and on the model. Returns the first difference; undefined when there is none. */
export async function runProgram(calls: readonly Call[], backends: readonly Backend[], stats: RunStats): Promise<Difference | undefined> {
  const sessions = backends.map((backend) => new Session(backend));
  const model = new Model();
  try {
    for (const [index, call] of calls.entries()) {
      const found = await runCall(call, sessions, model, stats);
      if (found !== undefined) return { ...found, index };
    }
    return await cleanUp(calls.length, sessions, model, stats);
  } finally {
    await Promise.all(sessions.map((session) => session.end()));
  }
}

/** Removes all buckets through compared calls, which reveals objects that the model does not have. */
async function cleanUp(index: number, sessions: readonly Session[], model: Model, stats: RunStats): Promise<Difference | undefined> {
  for (const [bucket, { histories, versioning }] of model.state.buckets) {
    // Some backends list the versions of keys below an object only once it is gone.
    const sorted = Array.from(histories).sort(([a], [b]) => (a < b ? -1 : 1));
    const versions = (key: string, count: number) =>
      Array.from({ length: count }, (): VersionPlaceholder => ({ $: 'version', role: 'target', index: 0, key }));
    const deleteCall = (key: string, options: readonly unknown[]): Call => ({
      client: 'first',
      bucket,
      method: 'delete',
      args: [key, ...options],
    });
    const calls: Call[] = [
      ...(versioning === 'suspended' ? [{ client: 'first', bucket, method: 'setVersioning', args: ['enabled'] } satisfies Call] : []),
      ...sorted.flatMap(([key, history]) => {
        const isPlain = history.length === 1 && history[0]?.id === undefined && history[0]?.object !== undefined && versioning === 'off';
        return isPlain ? [deleteCall(key, [])] : versions(key, history.length).map((versionId) => deleteCall(key, [{ versionId }]));
      }),
      { client: 'first', method: 'removeBucket', args: [bucket] },
    ];
    for (const call of calls) {
      const found = await runCall(call, sessions, model, stats);
      if (found !== undefined) return { ...found, index };
    }
  }
  return undefined;
}

/** The calls that change the state and that a backend without the capability cannot emulate. */
const indispensable: ReadonlySet<string> = new Set(['setVersioning', 'createUpload', 'putPart', 'copyPart', 'complete']);

async function runCall(
  programCall: Call,
  allSessions: readonly Session[],
  model: Model,
  stats: RunStats,
): Promise<Omit<Difference, 'index'> | undefined> {
  const call = model.withVersions(programCall);
  const areListed = await Promise.all(allSessions.map((session) => listsVersionsOf(call, session)));
  if (areListed.includes(false)) {
    stats.addSkipped(['listings omit keys below other keys']);
    return undefined;
  }
  const modelTime = model.state.nextTime();
  const ideal = model.evaluate(call, allCapabilities);
  if (ideal.minioDeviations.size > 0 && allSessions.some(({ backend }) => backend.name === 'minio')) {
    stats.addSkipped(ideal.minioDeviations);
    return undefined;
  }
  const all = allSessions.map((session) => ({ session, ...evaluateFor(call, model, ideal, session.backend.capabilities) }));
  const lacking = all.filter(({ effects }) => effects.length < ideal.effects.length);
  // If one backend cannot execute such a call, none does.
  const isPartial = lacking.length > 0 && indispensable.has(call.method);
  const participants = isPartial ? lacking : all;
  const outcomes = await Promise.all(
    participants.map(async ({ session, effects }) => {
      const startMs = Date.now();
      const outcome = await executeCall(session, call);
      // When a backend rejects what the others execute, execute it unconditionally, so that all backends stay in the same state.
      if (!isPartial && effects.length < ideal.effects.length)
        await executeCall(session, withoutMissing(call, session.backend.capabilities));
      session.times.record(modelTime, startMs, Date.now());
      return outcome;
    }),
  );
  if (!isPartial) for (const effect of ideal.effects) effect();
  model.state.endCall();
  stats.addCalls();
  for (const [index, { session, expected, exemptions }] of participants.entries()) {
    const outcome = outcomes[index] ?? { thrown: 'nothing' };
    stats.addExemptions(session.backend.name, exemptions);
    const path = findMismatch(expected, outcome, session) ?? (await findFileMismatch(call, session, model));
    if (path !== undefined) {
      const byName = participants.map((one, at) => [one.session.backend.name, outcomes[at] ?? outcome] as const);
      return { call, backend: session.backend.name, path, expected, outcomes: Object.fromEntries(byName) };
    }
  }
  return undefined;
}

/** Returns whether a backend that omits keys below objects from listings has reported or lists the versions that a call names. */
async function listsVersionsOf(call: Call, session: Session): Promise<boolean> {
  const { capabilities } = session.backend;
  if (capabilities['listsBelowObjects'] === true || capabilities['versioning'] !== true) return true;
  for (const placeholder of placeholdersIn(call.args))
    if (placeholder.$ === 'versionId' && (await session.versionId(placeholder)) === undefined) return false;
  return true;
}

/** Evaluates a call for a backend. `exemptions` are the missing capabilities that change the expected outcome. */
function evaluateFor(
  call: Call,
  model: Model,
  ideal: Evaluation,
  capabilities: CapabilityFlags,
): Evaluation & { readonly exemptions: readonly string[] } {
  const missing = Array.from(ideal.consultedCapabilities).filter((name) => capabilities[name] === false);
  if (missing.length === 0) return { ...ideal, exemptions: [] };
  const evaluation = model.evaluate(call, capabilities);
  const isSame = isDeepStrictEqual(evaluation.expected, ideal.expected);
  return { ...evaluation, exemptions: isSame ? [] : missing };
}

/** The capability that each option requires. `ifMatch` and `ifNoneMatch` are always removed: the call was rejected because of an option. */
const capabilityOf: Readonly<Record<string, string>> = {
  versionId: 'versioning',
  sourceVersionId: 'versioning',
  checksum: 'checksums',
  native: 'native',
};

/** Returns the call without the options that require a missing capability. */
function withoutMissing(call: Call, capabilities: CapabilityFlags): Call {
  const index = optionsIndex(call);
  const options = call.args[index];
  if (!isPlainObject(options)) return call;
  const isSupported = (name: string) => !['ifMatch', 'ifNoneMatch'].includes(name) && capabilities[capabilityOf[name] ?? ''] !== false;
  const rest = Object.fromEntries(Object.entries(options).filter(([name]) => isSupported(name)));
  return { ...call, args: call.args.with(index, rest) };
}

/** Compares the target file of `fget`, which a failed call must not change. */
async function findFileMismatch(call: Call, session: Session, model: Model): Promise<string | undefined> {
  if (call.method !== 'fget') return undefined;
  for (const placeholder of placeholdersIn(call.args)) {
    if (placeholder.$ !== 'file') continue;
    const expected = model.state.files.get(placeholder.name);
    const actual = await session.read(placeholder.name);
    if (expected === undefined ? actual !== undefined : actual === undefined || !expected.equals(actual)) return `file ${placeholder.name}`;
  }
  return undefined;
}
