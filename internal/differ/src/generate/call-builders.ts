import fc from 'fast-check';
import { isPlainObject } from '../calls/call.js';
import type { Call, SignalPlaceholder } from '../calls/call.js';
import { bucket, client } from './targets.js';
import { optional, optionsOf, sometimesInvalid } from './values.js';

/** Calls of one kind, and their relative frequency. */
export type WeightedCall = readonly [weight: number, call: fc.Arbitrary<Call>];

export type Options = fc.Arbitrary<Record<string, unknown>>;

/** Returns calls of a `Bucket` method. */
export function bucketCall(method: string, args: fc.Arbitrary<readonly unknown[]>): fc.Arbitrary<Call> {
  return fc.record({ client, bucket, args }).map((fields): Call => ({ ...fields, method }));
}

/** Returns calls of a `Datastore` method. */
export function datastoreCall(method: string, args: fc.Arbitrary<readonly unknown[]>): fc.Arbitrary<Call> {
  return fc.record({ client, args }).map((fields): Call => ({ ...fields, method }));
}

/** Returns arguments followed by options, which are omitted when empty. */
export function withOptions(options: Options, ...args: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<readonly unknown[]> {
  return fc.tuple(fc.tuple(...args), options).map(([first, last]) => appendOptions(first, last));
}

/** Appends options to arguments, unless they are empty. */
export function appendOptions(args: readonly unknown[], options: unknown): readonly unknown[] {
  return isPlainObject(options) && Object.keys(options).length === 0 ? args : [...args, options];
}

/** Merges options, and sometimes makes one invalid. @param names the options that may become invalid. */
export function mergeOptions(names: readonly string[], ...parts: readonly Options[]): Options {
  return sometimesInvalid(
    fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Record<string, unknown>),
    names,
  );
}

/** Rarely, a signal that is already aborted. */
export const abortedSignal: fc.Arbitrary<SignalPlaceholder | undefined> = optional(
  fc.constant<SignalPlaceholder>({ $: 'signal', aborted: true }),
  80,
);

/** Options with at most a valid signal. */
export const validSignalOptions: Options = optionsOf({ signal: abortedSignal });

/** The options of a method that accepts a signal only. */
export const signalOptions: Options = sometimesInvalid(validSignalOptions, ['signal']);

/** Rarely, the ID of a version that does not exist. */
export const missingVersionId = optional(fc.constant('3e1a1c2e-0000-4000-8000-0123456789ab'), 150);

/** The options of a method that accepts a version ID. */
export const versionOptions: Options = mergeOptions(['signal'], optionsOf({ versionId: missingVersionId, signal: abortedSignal }));

/** The name of a file of the program; `folder` is a folder. */
export const fileName = fc.constantFrom('one.txt', 'two.json', 'three', 'folder');
