import { inspect } from 'node:util';
import type { Call } from '../calls/call.js';
import type { Race } from '../concurrent/race.js';
import type { Finding } from '../diff.js';
import type { Difference } from '../run/run-program.js';
import { toCode } from './to-code.js';

/** Describes a finding: a difference as a runnable program, a race as the steps and the history of its clients. */
export function explain(finding: Finding): string {
  return 'race' in finding ? explainRace(finding.race) : explainDifference(finding.calls, finding.difference);
}

function explainRace({ backend, script, key, events, failure }: Race): string {
  const clients = script.map((steps, client) => `client ${client}: ${steps.map((step) => JSON.stringify(step)).join('\n          ')}`);
  if (events === undefined) return [`on ${backend}: ${failure}`, ...clients, ''].join('\n');
  const originNs = Math.min(...events.map(({ startNs }) => startNs));
  const micros = (timeNs: number) => String(Math.round((timeNs - originNs) / 1000)).padStart(8);
  const history = events
    .toSorted((a, b) => a.startNs - b.startNs)
    .map(({ client, startNs, endNs, effect }) => `${micros(startNs)} to${micros(endNs)} us, client ${client}: ${JSON.stringify(effect)}`);
  return [`the history of the key ${JSON.stringify(key)} on ${backend} is not linearizable:`, ...history, ...clients, ''].join('\n');
}

/** Returns the program, followed by the outcomes of its last call as comments. */
function explainDifference(calls: readonly Call[], difference: Difference): string {
  const { index, path, backend, expected, outcomes, call } = difference;
  const show = (value: unknown) => inspect(value, { depth: 6, breakLength: 120, maxStringLength: 300 });
  const place = index < calls.length ? `call ${index + 1}` : `the cleanup call ${call.method} ${show(call.args)}`;
  const actual = Object.entries(outcomes).map(([name, outcome]) => `${name}: ${show(outcome)}`);
  return toCode(calls, [`${place} on ${backend} differs from the model at ${path}`, `model: ${show(expected)}`, ...actual]);
}
