import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import type { OptionSchema, OptionType, OptionsSchema } from './backend-module.js';
import { childOrigin, configError, describeType, formatValue, invalidSetting } from './config-error.js';
import type { Origin } from './config-error.js';
import type { Environment } from './environment.js';
import { parseDatastoreUrl } from './datastore-url.js';
import { hasVariable, unexpandedVariable } from './expand-variables.js';

/** Checked values by option, each with its origin. */
type CheckedValues = Map<string, { readonly value: unknown; readonly origin: Origin }>;

/**
 * Reads a backend's options from an object of settings.
 * @throws `ConfigError` for an option that is unknown, invalid or missing.
 */
export function optionsFromObject(
  settings: Readonly<Record<string, unknown>>,
  schema: OptionsSchema,
  env: Environment,
  origin: Origin,
): Record<string, unknown> {
  const values: CheckedValues = new Map();
  for (const [name, value] of Object.entries(settings)) {
    const option = findOption(name, schema, origin);
    const optionOrigin = childOrigin(origin, name);
    if (value !== undefined) values.set(name, { value: checkValue(option, value, optionOrigin), origin: optionOrigin });
  }
  return toOptions(addEnvironment(values, schema, env, origin), schema, origin);
}

/**
 * Reads a backend's options from a URL.
 * @throws `ConfigError` that contains nothing of the URL's values.
 */
export function optionsFromUrl(url: string, schema: OptionsSchema, env: Environment, origin: Origin): Record<string, unknown> {
  if (schema.url === undefined) throw invalidSetting(origin, 'an object with "backend": this backend has no URLs', 'a URL');
  const { form, ...optionNames } = schema.url;
  const { query, ...parts } = parseDatastoreUrl(url, form, origin);
  const values: CheckedValues = new Map();
  const add = (name: string, text: string): void => {
    const option = findOption(name, schema, origin);
    const optionOrigin = childOrigin(origin, name);
    if (values.has(name)) throw invalidSetting(optionOrigin, `it once, in a URL like ${form}`, 'it twice');
    values.set(name, {
      value: checkText(option, option.path === true ? withoutDriveSlash(text) : text, optionOrigin),
      origin: optionOrigin,
    });
  };
  for (const part of ['user', 'password', 'host', 'port', 'path'] as const) {
    const text = parts[part];
    const name = optionNames[part];
    if (text === undefined || (name === undefined && part === 'path' && text === '/')) continue;
    if (name === undefined) throw invalidSetting(origin, `a URL like ${form}`, `a URL with a ${part}`);
    add(name, text);
  }
  for (const [name, text] of query) add(name, text);
  return toOptions(addEnvironment(values, schema, env, origin), schema, origin);
}

/**
 * Adds the options of the environment, unless any of them is given: a key of one source with the secret of another would fail only at the
 * server, and a session token of the environment must not be sent to the host of other credentials.
 */
function addEnvironment(values: CheckedValues, schema: OptionsSchema, env: Environment, origin: Origin): CheckedValues {
  const isGiven = (schema.environment ?? []).some((source) => Object.keys(source).some((name) => values.has(name)));
  return isGiven ? values : new Map([...values, ...readEnvironment(schema, env, origin)]);
}

/** Reads all options of the first environment source that sets any. */
function readEnvironment(schema: OptionsSchema, env: Environment, { folder }: Origin): CheckedValues {
  for (const source of schema.environment ?? []) {
    const values: CheckedValues = new Map();
    for (const [name, variable] of Object.entries(source)) {
      const text = env[variable];
      if (text === undefined || text === '') continue;
      const origin = { source: `environment variable ${variable}`, path: '', folder };
      values.set(name, { value: checkText(findOption(name, schema, origin), text, origin), origin });
    }
    if (values.size > 0) return values;
  }
  return new Map();
}

function findOption(name: string, schema: OptionsSchema, origin: Origin): OptionSchema {
  const option = Object.hasOwn(schema.options, name) ? schema.options[name] : undefined;
  if (option !== undefined) return option;
  const known = Object.keys(schema.options).join(', ');
  // Anything but a plain name may be part of a secret, in a malformed URL.
  const optionOrigin = /^\w{1,40}$/.test(name) ? childOrigin(origin, name) : origin;
  throw invalidSetting(optionOrigin, known === '' ? 'no options' : `one of the options ${known}`, 'an unknown option');
}

/** Checks the options as a whole, and hides secrets from being printed. */
function toOptions(values: CheckedValues, schema: OptionsSchema, origin: Origin): Record<string, unknown> {
  for (const [name, option] of Object.entries(schema.options)) {
    const checked = values.get(name);
    if (checked === undefined) {
      if (option.required === true) throw invalidSetting(childOrigin(origin, name), describeOption(option), describeType(undefined));
      continue;
    }
    const missing = option.requires?.find((other) => !values.has(other));
    if (missing !== undefined) throw configError(checked.origin, `\`${name}\` requires \`${missing}\`, which is not set in the same place`);
  }
  return hideSecrets(Object.fromEntries([...values].map(([name, { value }]) => [name, value])), schema);
}

/**
 * Keeps secret options from being printed by accident: `util.inspect` and `JSON.stringify` print `[hidden]` instead. Reading, destructuring and
 * spreading the options work as usual.
 */
function hideSecrets(options: Record<string, unknown>, schema: OptionsSchema): Record<string, unknown> {
  const masked = (): Record<string, unknown> =>
    Object.fromEntries(Object.entries(options).map(([name, value]) => [name, schema.options[name]?.secret === true ? '[hidden]' : value]));
  // Not enumerable, so that a backend that iterates over its options does not see them.
  return Object.defineProperties(options, { toJSON: { value: masked }, [inspect.custom]: { value: masked } });
}

/** Returns the value of an option, with a path made absolute. @throws `ConfigError` */
function checkValue(option: OptionSchema, value: unknown, origin: Origin): unknown {
  if (!isValid(option, value))
    throw invalidSetting(origin, describeOption(option), option.secret === true ? describeType(value) : formatValue(value));
  if (option.pem === true && (value as string).includes('-----BEGIN ')) return value;
  if (typeof value === 'string' && (option.path === true ? hasVariable(value) : /^\$\{\w+\}$/.test(value)))
    throw invalidSetting(origin, describeOption(option), unexpandedVariable);
  return option.path === true ? resolve(origin.folder, expandHome(value as string, origin)) : value;
}

/** Replaces `~` at the beginning of a path by the home folder, as a shell does. */
function expandHome(path: string, origin: Origin): string {
  const [, user, rest = ''] = /^~([^/\\]*)(.*)$/s.exec(path) ?? [];
  if (user === undefined) return path;
  if (user !== '')
    throw invalidSetting(origin, 'a path', `one that begins with "~" and a name (for a folder of that name, begin with "./~")`);
  return join(homedir(), rest);
}

/**
 * Converts text from a URL or a variable to the option's type, and checks it. Errors do not contain the text: any part of a malformed URL may
 * be secret.
 * @throws `ConfigError`
 */
function checkText(option: OptionSchema, text: string, origin: Origin): unknown {
  const value = convertText(option.type, text);
  if (!isValid(option, value)) throw invalidSetting(origin, describeOption(option), text === '' ? 'an empty string' : 'another text');
  return checkValue(option, value, origin);
}

function convertText(type: OptionSchema['type'], text: string): unknown {
  if (typesOf(type).includes('string')) return text;
  if (type === 'number') return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  return undefined;
}

function typesOf(type: OptionSchema['type']): readonly OptionType[] {
  return typeof type === 'string' ? [type] : type;
}

function isValid(option: OptionSchema, value: unknown): boolean {
  return typesOf(option.type).some((type) => isValidAs(type, option, value));
}

function isValidAs(type: OptionType, { values, integer, min = -Infinity, max = Infinity }: OptionSchema, value: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string' && value !== '' && (values === undefined || values.includes(value));
    case 'number':
      return (
        Number.isFinite(value) && (value as number) >= min && (value as number) <= max && (integer !== true || Number.isSafeInteger(value))
      );
    case 'object':
      return typeof value === 'object' && value !== null;
    default:
      return typeof value === type;
  }
}

function describeOption(option: OptionSchema): string {
  const alternatives = typesOf(option.type).map((type) => describeOptionType(type, option));
  return `${alternatives.join(' or ')} (${option.description})`;
}

function describeOptionType(type: OptionType, { values, integer, min, max }: OptionSchema): string {
  switch (type) {
    case 'string':
      return values === undefined ? 'a non-empty string' : `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'number':
      return `${integer === true ? 'an integer' : 'a number'}${describeRange(min, max)}`;
    case 'boolean':
      return 'true or false';
    case 'object':
      return 'an object';
    case 'function':
      return 'a function';
  }
}

function describeRange(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return max === undefined ? '' : ` of at most ${max}`;
  return max === undefined ? ` of at least ${min}` : ` from ${min} to ${max}`;
}

/** Removes the slash before a Windows drive: `fs:///C:/data` has the path `/C:/data`. */
function withoutDriveSlash(path: string): string {
  return process.platform === 'win32' ? path.replace(/^\/(?=[a-z]:)/i, '') : path;
}
