import fc from 'fast-check';
import { xorshift128plus } from 'pure-rand/generator/xorshift128plus';
import type { Call } from '../calls/call.js';
import { callFrom } from './call.js';
import { keyPool } from './keys.js';
import { bucketNames } from './targets.js';

/** A call, and the simpler calls that can replace it. */
export interface GeneratedCall {
  readonly call: Call;
  shrink(): Iterable<GeneratedCall>;
}

/** Every program starts by creating its buckets. In every other program, the first one has versions. */
const createBuckets: readonly Call[] = bucketNames.map((name) => ({ client: 'first', method: 'createBucket', args: [name] }));
const enableVersioning: Call = { client: 'first', bucket: bucketNames[0], method: 'setVersioning', args: ['enabled'] };

/**
 * Generates a program. The same seed and program number give the same program.
 * @param length the number of calls after those that prepare the buckets.
 */
export function generateProgram(seed: number, programNumber: number, length: number): readonly GeneratedCall[] {
  const random = new fc.Random(xorshift128plus(mixSeed(seed, programNumber)));
  const { value: keys } = keyPool.generate(random, undefined);
  const calls = callFrom(keys);
  const generate = () => toGeneratedCall(calls, calls.generate(random, undefined));
  const start = programNumber % 2 === 0 ? createBuckets : [...createBuckets, enableVersioning];
  return [...start.map((call) => ({ call, shrink: () => [] })), ...Array.from({ length }, generate)];
}

function toGeneratedCall(arbitrary: fc.Arbitrary<Call>, value: fc.Value<Call>): GeneratedCall {
  return {
    call: value.value,
    *shrink() {
      for (const next of arbitrary.shrink(value.value, value.context)) yield toGeneratedCall(arbitrary, next);
    },
  };
}

/** Mixes the bits: generators with similar seeds start with similar numbers. */
function mixSeed(seed: number, programNumber: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(programNumber + 1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return (hash ^ (hash >>> 15)) | 0;
}
