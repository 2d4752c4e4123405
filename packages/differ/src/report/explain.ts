import { inspect } from 'node:util';
import type { Call } from '../calls/call.js';
import type { Difference } from '../run/run-program.js';
import { toCode } from './to-code.js';

/** A difference for people: the program as code, and below it who said what about its last call. */
export function explain(calls: readonly Call[], difference: Difference): string {
  const { index, path, backend, verdict, outcomes, call } = difference;
  const shown = (value: unknown) => inspect(value, { depth: 6, breakLength: 120, maxStringLength: 300 });
  const place = index < calls.length ? `call ${index + 1}` : `cleaning up, ${call.method} ${shown(call.args)},`;
  const answers = Object.entries(outcomes).map(([name, outcome]) => `${name}: ${shown(outcome)}`);
  return toCode(calls, [`${place} on ${backend} differs from the model at ${path}`, `model: ${shown(verdict)}`, ...answers]);
}
