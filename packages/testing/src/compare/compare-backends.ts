import { randomBytes } from 'node:crypto';
import { AssertionError } from 'node:assert';
import type { Datastore } from '@anybucket/core';
import { diffContents } from '../assertions/check-equal-datastores.js';
import { diffLines } from '../contents/diff-lines.js';
import { contentsOf } from '../contents/store-contents.js';
import type { StoreContents } from '../contents/store-contents.js';
import { removeBucket } from '../fixtures/store-snapshot.js';
import { describeValue, invalidArgument } from '@anybucket/core/backend';
import { withPrefix } from '../with-prefix.js';
import { openBackend } from './backend.js';
import type { ComparedBackend, OpenBackend } from './backend.js';
import { Recorder } from './recorder.js';
import type { RecordedCall } from './recorder.js';

/** A program that uses a datastore. It must make the same calls on every backend: no random keys or bodies, no dependence on time. */
export type ComparedProgram = (datastore: Datastore) => unknown;

/** Options of {@link compareBackends}. */
export interface CompareOptions {
  /** The two backends. @defaultValue `['memory:', process.env.TEST_DATASTORE]` */
  readonly backends?: readonly [ComparedBackend, ComparedBackend] | undefined;
}

/** The first difference of two backends. */
export interface BackendDifference {
  /** The number of the call, from 1; that of the calls plus 1 for a difference in the final contents. */
  readonly index: number;
  /** The calls before the difference, which had the same results. */
  readonly before: readonly string[];
  /** What differs: calls, results or contents, as lines that begin with `-` (first backend) or `+` (second backend). */
  readonly difference: string;
  /** The names of the backends. */
  readonly backends: readonly [string, string];
}

/** The result of {@link compareBackends}. */
export interface Comparison {
  /** Number of calls that the program made on the first backend. */
  readonly calls: number;
  /** Undefined if there is none. */
  readonly difference: BackendDifference | undefined;
  /** Returns the difference as text. */
  toString(): string;
  /** @throws `AssertionError` with the difference, if there is one. */
  verify(): void;
}

interface Run {
  readonly calls: readonly RecordedCall[];
  readonly contents: StoreContents;
  readonly failure: string;
}

/**
 * Runs a program on two backends, and compares the result of each call, the bodies that were read, and the contents at the end. Times, version ids,
 * upload ids and messages of errors are not compared.
 *
 * The names of the buckets have a random prefix on the backends, so that the program sees only its own; they are removed at the end.
 *
 *     const comparison = await compareBackends(program, { backends: ['memory:', 'minio://KEY:SECRET@localhost:9000'] });
 *     comparison.verify();
 *
 * @param program fails on a backend by throwing; the failures are compared as well.
 * @throws `InvalidArgument` if a backend is missing; `ConfigError` if one cannot be opened.
 */
export async function compareBackends(program: ComparedProgram, options: CompareOptions = {}): Promise<Comparison> {
  const { backends = ['memory:', process.env['TEST_DATASTORE'] ?? ''] } = options;
  if (typeof program !== 'function') throw invalidArgument(`\`program\` must be a function, not ${describeValue(program)}`);
  if (!Array.isArray(backends) || backends.length !== 2 || backends.includes(''))
    throw invalidArgument('`backends` must be two datastores, URLs or names of the configuration');
  const [first, second] = backends;
  const left = await openBackend(first);
  try {
    const right = await openBackend(second);
    try {
      return compareRuns([left.name, right.name], await runProgram(program, left), await runProgram(program, right));
    } finally {
      await right.close();
    }
  } finally {
    await left.close();
  }
}

async function runProgram(program: ComparedProgram, { datastore }: OpenBackend): Promise<Run> {
  const store = withPrefix(datastore, { buckets: `c${randomBytes(4).toString('hex')}-` });
  const recorder = new Recorder(store);
  try {
    const failure = await failureOf(program, recorder.datastore);
    return { calls: recorder.calls, contents: await contentsOf(store), failure };
  } finally {
    for (const name of await store.list()) await removeBucket(store, name);
  }
}

/** Returns the error of a program on one line; an empty string if it succeeds. */
async function failureOf(program: ComparedProgram, datastore: Datastore): Promise<string> {
  try {
    await program(datastore);
    return '';
  } catch (error) {
    const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    return error instanceof Error ? `${error.name}${typeof code === 'string' ? ` ${code}` : `: ${error.message}`}` : String(error);
  }
}

function compareRuns(backends: readonly [string, string], left: Run, right: Run): Comparison {
  const found = firstDifference(left, right);
  const difference = found && { ...found, backends, before: left.calls.slice(0, found.index - 1).map(({ call }) => call) };
  const toString = (): string => (difference === undefined ? `no difference in ${left.calls.length} calls` : describe(difference));
  return {
    calls: left.calls.length,
    difference,
    toString,
    verify: () => {
      if (difference !== undefined) throw new AssertionError({ message: toString() });
    },
  };
}

function firstDifference(left: Run, right: Run): Pick<BackendDifference, 'index' | 'difference'> | undefined {
  const count = Math.max(left.calls.length, right.calls.length);
  for (let index = 0; index < count; index++) {
    const difference = diffLines(describeCall(left.calls[index]), describeCall(right.calls[index]));
    if (difference !== '') return { index: index + 1, difference };
  }
  const difference = diffLines(describeEnd(left), describeEnd(right)) || diffContents(left.contents, right.contents);
  return difference === '' ? undefined : { index: count + 1, difference };
}

function describeCall(record: RecordedCall | undefined): string {
  return record === undefined ? '(no call)' : `${record.call}\n${record.result}`;
}

function describeEnd({ failure }: Run): string {
  return failure === '' ? 'the program succeeded' : `the program failed: ${failure}`;
}

function describe({ index, before, difference, backends: [left, right] }: BackendDifference): string {
  const shown = before.slice(-5);
  const omitted = before.length > shown.length ? [`  ... ${before.length - shown.length} calls`] : [];
  return [
    `the backends differ at call ${index} (- ${left}, + ${right})`,
    '',
    ...omitted,
    ...shown.map((call) => `  ${call}`),
    difference,
  ].join('\n');
}
