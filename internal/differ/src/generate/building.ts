import fc from 'fast-check';
import { isPlainObject } from '../calls/call.js';
import type { Call } from '../calls/call.js';
import { abortedSignal, bucket, client } from './places.js';
import { options, seldom, spoilt } from './values.js';

/** Calls of one kind, and how often they come up beside the others. */
export type Weighted = readonly [weight: number, call: fc.Arbitrary<Call>];

export type Options = fc.Arbitrary<Record<string, unknown>>;

/** A call of a bucket's method. */
export function onBucket(method: string, args: fc.Arbitrary<readonly unknown[]>): fc.Arbitrary<Call> {
  return fc.record({ client, bucket, args }).map((fields): Call => ({ ...fields, method }));
}

/** A call of the datastore's method. */
export function onStore(method: string, args: fc.Arbitrary<readonly unknown[]>): fc.Arbitrary<Call> {
  return fc.record({ client, args }).map((fields): Call => ({ ...fields, method }));
}

/** Arguments of which the last are options; without any these are left out. */
export function withOptions(given: Options, ...before: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<readonly unknown[]> {
  return fc.tuple(fc.tuple(...before), given).map(([first, last]) => withoutEmpty(first, last));
}

/** Arguments and options, which are left out when there are none. */
export function withoutEmpty(before: readonly unknown[], last: unknown): readonly unknown[] {
  return isPlainObject(last) && Object.keys(last).length === 0 ? before : [...before, last];
}

/** Options of several kinds together, and now and then a wrong one. @param names of those that may be spoilt */
export function merged(names: readonly string[], ...parts: readonly Options[]): Options {
  return spoilt(
    fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Record<string, unknown>),
    names,
  );
}

/** A signal at most. */
export const signalOnly: Options = options({ signal: abortedSignal });

/** The options of a call that takes a signal alone. */
export const plain: Options = spoilt(signalOnly, ['signal']);

/** The id of a version that there isn't. */
export const versionId = seldom(fc.constant('3e1a1c2e-0000-4000-8000-0123456789ab'), 150);

/** The options of a call that may be about a version. */
export const versioned: Options = merged(['signal'], options({ versionId, signal: abortedSignal }));

/** A file of the program; `folder` is a folder. */
export const fileName = fc.constantFrom('one.txt', 'two.json', 'three', 'folder');
