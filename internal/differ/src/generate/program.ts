import fc from 'fast-check';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';
import type { Call } from '../calls/call.js';
import { anyCall } from './calls.js';
import { keyPool } from './keys.js';

/** A call, and the simpler ones that might stand in its place. */
export interface Drawn {
  readonly call: Call;
  simpler(): Iterable<Drawn>;
}

/** Every program begins with its buckets. */
const opening: readonly Call[] = ['differ-one', 'differ-two'].map((name) => ({ client: 'first', method: 'createBucket', args: [name] }));

/** Draws the program of a number. The same seed and number give the same program. @param length calls behind the opening ones. */
export function drawProgram(seed: number, number: number, length: number): readonly Drawn[] {
  const random = new fc.Random(xorshift128plus(mixed(seed, number)));
  const { value: pool } = keyPool.generate(random, undefined);
  const calls = anyCall(pool);
  const draw = () => drawn(calls, calls.generate(random, undefined));
  return [...opening.map((call) => ({ call, simpler: () => [] })), ...Array.from({ length }, draw)];
}

function drawn(arbitrary: fc.Arbitrary<Call>, value: fc.Value<Call>): Drawn {
  return {
    call: value.value,
    *simpler() {
      for (const next of arbitrary.shrink(value.value, value.context)) yield drawn(arbitrary, next);
    },
  };
}

/** Spreads neighbouring numbers: generators that are seeded alike begin alike. */
function mixed(seed: number, number: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) | 0;
}
