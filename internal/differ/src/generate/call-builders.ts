import fc from 'fast-check';
import { isPlaceholder, isPlainObject, missingVersion } from '../calls/call.js';
import type { Call, ObjectRole, SignalPlaceholder, VersionPlaceholder } from '../calls/call.js';
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
    fc.tuple(...parts).map((all) => withoutForeignTimes(Object.assign({}, ...all) as Record<string, unknown>)),
    names,
  );
}

/**
 * Removes times relative to the latest version if the options name another one. Versions that are written within one second have equal times
 * on a backend, but not in the model.
 */
function withoutForeignTimes(options: Record<string, unknown>): Record<string, unknown> {
  const version: Readonly<Record<ObjectRole, unknown>> = { target: options['versionId'], source: options['sourceVersionId'] };
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => !isPlaceholder(value, 'time') || version[value.role] === undefined),
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

/** A version of the call's object: mostly an existing one, if there are any; otherwise a missing or malformed one. */
export function versionOf(role: ObjectRole): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.nat(4).map((index): VersionPlaceholder => ({ $: 'version', role, index })) },
    { weight: 2, arbitrary: fc.constant('null') },
    { weight: 1, arbitrary: fc.constantFrom(missingVersion, 'abc', 'NULL', '00000000-0000-0000-0000-000000000000') },
  );
}

/** Sometimes, a version of the call's object. */
export const versionId = optional(versionOf('target'), 8);

/** The options of a method that accepts a version ID. */
export const versionOptions: Options = mergeOptions(['signal'], optionsOf({ versionId, signal: abortedSignal }));

/** The name of a file of the program; `folder` is a folder. */
export const fileName = fc.constantFrom('one.txt', 'two.json', 'three', 'folder');
