import { describeValue, invalidArgument, quote } from '../api/errors.js';
import type { NativeOptions } from '../api/options.js';
import { isPlainObject } from '../rules/is-plain-object.js';
import { isAbortSignal } from '../rules/type-checks.js';

/** A check for each option of a call. A check throws `InvalidArgument`. */
export type OptionChecks<Options> = { readonly [Name in keyof Required<Options>]: (value: unknown, name: string) => void };

const empty = Object.freeze({});

/**
 * Validates the options of a call, including inherited ones.
 *
 * @returns a copy, which the caller cannot change while the call runs. The values are not copied.
 * @throws `InvalidArgument` naming the unknown or invalid option.
 */
export function checkOptions<Options extends object>(options: Options | undefined, checks: OptionChecks<Options>): Options {
  if (options === undefined) return empty as Options;
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalidArgument(`the options must be an object, not ${describeValue(options)}`);
  const copy: { [Name in keyof Options]?: Options[Name] } = {};
  for (const name in options) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) throw invalidArgument(`unknown option ${quote(name)}; expected one of ${Object.keys(checks).join(', ')}`);
    const value = options[name];
    if (value !== undefined) check(value, name);
    copy[name] = value;
  }
  return copy as Options;
}

/** Returns the `signal` of options that have not been validated yet. */
export function signalOf(options: unknown): AbortSignal | undefined {
  const signal: unknown = typeof options === 'object' && options !== null && 'signal' in options ? options.signal : undefined;
  return isAbortSignal(signal) ? signal : undefined;
}

/** Returns an argument that has not been validated yet if it is a string, for use in error messages. */
export function stringOrUndefined(argument: unknown): string | undefined {
  return typeof argument === 'string' ? argument : undefined;
}

/** Accepts any value, for options that are validated when they are normalised. */
export function validatedElsewhere(): void {}

export function requireSignal(value: unknown, name: string): void {
  if (!isAbortSignal(value)) throw invalidArgument(`\`${name}\` must be an AbortSignal, not ${describeValue(value)}`);
}

export function requireString(value: unknown, name: string): void {
  if (typeof value !== 'string') throw invalidArgument(`\`${name}\` must be a string, not ${describeValue(value)}`);
}

export function requireNonEmptyString(value: unknown, name: string): void {
  if (typeof value !== 'string' || value === '')
    throw invalidArgument(`\`${name}\` must be a non-empty string, not ${describeValue(value)}`);
}

/** Requires a string without lone surrogates. */
export function requireWellFormed(value: unknown, name: string): void {
  requireString(value, name);
  if (!(value as string).isWellFormed()) throw invalidArgument(`\`${name}\` must be well-formed Unicode, but contains a lone surrogate`);
}

/** Requires a non-empty string without lone surrogates. */
export function requireDelimiter(value: unknown, name: string): void {
  requireNonEmptyString(value, name);
  requireWellFormed(value, name);
}

/** Requires a file system path. */
export function requirePath(value: unknown, name: string): void {
  requireNonEmptyString(value, name);
  if ((value as string).includes('\0')) throw invalidArgument(`\`${name}\` must not contain NUL`);
}

export function requireBoolean(value: unknown, name: string): void {
  if (typeof value !== 'boolean') throw invalidArgument(`\`${name}\` must be a boolean, not ${describeValue(value)}`);
}

export function requireFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw invalidArgument(`\`${name}\` must be a function, not ${describeValue(value)}`);
}

export function requireListFormat(value: unknown, name: string): void {
  if (value !== 'array' && value !== 'str') throw invalidArgument(`\`${name}\` must be 'array' or 'str', not ${describeValue(value)}`);
}

/** Returns a check that requires an integer from `min` to `max`. */
export function requireInteger(min: number, max: number): (value: unknown, name: string) => void {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return (value, name) => {
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max)
      throw invalidArgument(`\`${name}\` must be an integer ${range}, not ${describeValue(value)}`);
  };
}

/** Requires a plain object whose values are strings. */
export function requireStringRecord(value: unknown, name: string): void {
  if (!isPlainObject(value) || Object.values(value).some((item) => typeof item !== 'string'))
    throw invalidArgument(`\`${name}\` must be a plain object with string values`);
}

/** Returns a copy of native options. */
export function copyNative(native: NativeOptions | undefined): NativeOptions | undefined {
  return native === undefined ? undefined : Object.fromEntries(Object.entries(native).map(([field, entries]) => [field, { ...entries }]));
}

/** Requires `{ headers?, query? }`, each a plain object with string values. */
export function requireNativeOptions(value: unknown, name: string): void {
  if (!isPlainObject(value)) throw invalidArgument(`\`${name}\` must be a plain object with \`headers\` and \`query\``);
  for (const [field, entries] of Object.entries(value)) {
    if (field !== 'headers' && field !== 'query')
      throw invalidArgument(`unknown field ${quote(field)} of \`${name}\`; expected \`headers\` or \`query\``);
    if (entries !== undefined) requireStringRecord(entries, `${name}.${field}`);
  }
}
