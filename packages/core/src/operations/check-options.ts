import { invalidArgument } from '../api/errors.js';
import { isRecord } from '../rules/plain-objects.js';

/** The options that a call knows, each with its check. */
export type OptionChecks<Options> = { readonly [Name in keyof Required<Options>]: (value: unknown, name: string) => void };

const empty = Object.freeze({});

/**
 * Checks the options of a call by a table.
 * @returns the options, `{}` for none.
 * @throws `InvalidArgument` that names the unknown or wrong option.
 */
export function checkOptions<Options extends object>(options: Options | undefined, checks: OptionChecks<Options>): Options {
  if (options === undefined) return empty as Options;
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw invalidArgument('the options must be an object');
  for (const name in options) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) throw invalidArgument(`unknown option ${JSON.stringify(name)}; known are ${Object.keys(checks).join(', ')}`);
    const value: unknown = options[name];
    if (value !== undefined) check(value, name);
  }
  return options;
}

/** The signal among options that nobody has checked yet. */
export function signalOf(options: unknown): AbortSignal | undefined {
  const signal: unknown = typeof options === 'object' && options !== null && 'signal' in options ? options.signal : undefined;
  return signal instanceof AbortSignal ? signal : undefined;
}

/** An argument that nobody has checked yet, for a message about it. */
export function stringOrUndefined(argument: unknown): string | undefined {
  return typeof argument === 'string' ? argument : undefined;
}

/** Checked elsewhere, with what it stands beside. */
export function validatedElsewhere(): void {}

export function requireSignal(value: unknown, name: string): void {
  if (!(value instanceof AbortSignal)) throw invalidArgument(`\`${name}\` must be an AbortSignal`);
}

export function requireString(value: unknown, name: string): void {
  if (typeof value !== 'string') throw invalidArgument(`\`${name}\` must be a string, not ${typeof value}`);
}

export function requireNonEmptyString(value: unknown, name: string): void {
  if (typeof value !== 'string' || value === '') throw invalidArgument(`\`${name}\` must be a string that is not empty`);
}

/** A path of the file system. */
export function requirePath(value: unknown, name: string): void {
  requireNonEmptyString(value, name);
  if ((value as string).includes('\0')) throw invalidArgument(`\`${name}\` holds NUL`);
}

export function requireBoolean(value: unknown, name: string): void {
  if (typeof value !== 'boolean') throw invalidArgument(`\`${name}\` must be true or false, not ${typeof value}`);
}

export function requireFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw invalidArgument(`\`${name}\` must be a function, not ${typeof value}`);
}

export function requireListFormat(value: unknown, name: string): void {
  if (value !== 'array' && value !== 'str') throw invalidArgument(`\`${name}\` must be 'array' or 'str'`);
}

/** Whole numbers of a range. */
export function requireInteger(min: number, max: number): (value: unknown, name: string) => void {
  return (value, name) => {
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
      throw invalidArgument(
        `\`${name}\` must be a whole number ${max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`}`,
      );
    }
  };
}

/** An object whose values are strings. */
export function requireStringRecord(value: unknown, name: string): void {
  if (!isRecord(value) || Object.values(value).some((one) => typeof one !== 'string'))
    throw invalidArgument(`\`${name}\` must be a plain object of strings`);
}

/** `{ headers?, query? }`. */
export function requireNativeOptions(value: unknown, name: string): void {
  if (!isRecord(value)) throw invalidArgument(`\`${name}\` must be an object of \`headers\` and \`query\``);
  for (const [part, strings] of Object.entries(value)) {
    if (part !== 'headers' && part !== 'query')
      throw invalidArgument(`\`${name}\` knows \`headers\` and \`query\`, not ${JSON.stringify(part)}`);
    if (strings !== undefined) requireStringRecord(strings, `${name}.${part}`);
  }
}
