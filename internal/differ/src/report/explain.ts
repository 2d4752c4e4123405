import { inspect } from 'node:util';
import type { Race } from '../concurrent/race.js';
import type { Found } from '../diff.js';
import type { Call } from '../calls/call.js';
import type { Difference } from '../run/run-program.js';
import { toCode } from './to-code.js';

/** What was found, for people. */
export function explain(found: Found): string {
  return 'race' in found ? explainRace(found.race) : explainDifference(found.calls, found.difference);
}

/** What the clients did and saw, in the order in which their calls began. */
function explainRace({ backend, script, key, events, failure }: Race): string {
  const clients = script.map((acts, client) => `client ${client}: ${acts.map((act) => JSON.stringify(act)).join('\n          ')}`);
  if (events === undefined) return [`on ${backend}: ${failure}`, ...clients, ''].join('\n');
  const start = Math.min(...events.map(({ from }) => from));
  const micros = (time: number) => String(Math.round((time - start) / 1000)).padStart(8);
  const seen = events
    .toSorted((a, b) => a.from - b.from)
    .map(({ client, from, to, effect }) => `${micros(from)} to${micros(to)} us, client ${client}: ${JSON.stringify(effect)}`);
  return [`no order explains what was seen of the key ${JSON.stringify(key)} on ${backend}:`, ...seen, ...clients, ''].join('\n');
}

/** A difference for people: the program as code, and below it who said what about its last call. */
function explainDifference(calls: readonly Call[], difference: Difference): string {
  const { index, path, backend, verdict, outcomes, call } = difference;
  const shown = (value: unknown) => inspect(value, { depth: 6, breakLength: 120, maxStringLength: 300 });
  const place = index < calls.length ? `call ${index + 1}` : `cleaning up, ${call.method} ${shown(call.args)},`;
  const answers = Object.entries(outcomes).map(([name, outcome]) => `${name}: ${shown(outcome)}`);
  return toCode(calls, [`${place} on ${backend} differs from the model at ${path}`, `model: ${shown(verdict)}`, ...answers]);
}
