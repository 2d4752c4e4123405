import { checkOption, checkOptionText, expectationOf } from './check-option.js';
import { configError, kindOf, within, wrongSetting } from './config-error.js';
import type { Origin } from './config-error.js';
import { parseDatastoreUrl } from './datastore-url.js';
import type { Environment } from './environment.js';
import { hideSecrets } from './hide-secrets.js';
import type { OptionsSchema } from './options-schema.js';

/** Checked values by option, each with where it comes from. */
type Settings = Map<string, { readonly value: unknown; readonly origin: Origin }>;

/**
 * Reads a backend's options from an object of settings.
 * @throws `ConfigError` for an option that is unknown, wrong or missing.
 */
export function optionsFromObject(
  settings: Readonly<Record<string, unknown>>,
  schema: OptionsSchema,
  env: Environment,
  origin: Origin,
): Record<string, unknown> {
  const given: Settings = new Map();
  for (const [name, value] of Object.entries(settings)) {
    const option = optionNamed(name, schema, origin);
    const place = within(origin, name);
    if (value !== undefined) given.set(name, { value: checkOption(option, value, place), origin: place });
  }
  const stood = fromEnvironment(schema, env, origin);
  if (stood.size > 0) for (const name of environmentOptions(schema)) given.delete(name);
  return complete(new Map([...given, ...stood]), schema, origin);
}

/**
 * Reads a backend's options from a URL.
 * @throws `ConfigError` that shows nothing of the URL's values.
 */
export function optionsFromUrl(url: string, schema: OptionsSchema, env: Environment, origin: Origin): Record<string, unknown> {
  if (schema.url === undefined) throw wrongSetting(origin, 'an object with "backend": this backend knows no URLs', 'a URL');
  const { form, ...names } = schema.url;
  const { query, ...parts } = parseDatastoreUrl(url, form, origin);
  const given: Settings = new Map();
  const take = (name: string, text: string): void => {
    const option = optionNamed(name, schema, origin);
    if (given.has(name)) throw wrongSetting(within(origin, name), `it once, in a URL like ${form}`, 'it twice');
    const place = within(origin, name);
    given.set(name, { value: checkOptionText(option, option.path === true ? withoutDriveSlash(text) : text, place), origin: place });
  };
  for (const part of ['user', 'password', 'host', 'port', 'path'] as const) {
    const text = parts[part];
    const name = names[part];
    if (text === undefined || (name === undefined && part === 'path' && text === '/')) continue;
    if (name === undefined) throw wrongSetting(origin, `a URL like ${form}`, `a URL with a ${part}`);
    take(name, text);
  }
  for (const [name, text] of query) take(name, text);
  const stood = environmentOptions(schema).some((name) => given.has(name)) ? new Map() : fromEnvironment(schema, env, origin);
  return complete(new Map([...given, ...stood]), schema, origin);
}

/** The first source of the environment that has validatedElsewhere, whole: a key of one with the secret of another would only fail at the server. */
function fromEnvironment(schema: OptionsSchema, env: Environment, { folder }: Origin): Settings {
  for (const source of schema.environment ?? []) {
    const found: Settings = new Map();
    for (const [name, variable] of Object.entries(source)) {
      const text = env[variable];
      const origin = { source: `environment variable ${variable}`, path: '', folder };
      if (text !== undefined && text !== '')
        found.set(name, { value: checkOptionText(optionNamed(name, schema, origin), text, origin), origin });
    }
    if (found.size > 0) return found;
  }
  return new Map();
}

function environmentOptions(schema: OptionsSchema): string[] {
  return (schema.environment ?? []).flatMap((source) => Object.keys(source));
}

function optionNamed(name: string, schema: OptionsSchema, origin: Origin): OptionsSchema['options'][string] {
  const option = Object.hasOwn(schema.options, name) ? schema.options[name] : undefined;
  if (option !== undefined) return option;
  const known = Object.keys(schema.options).join(', ');
  // What is no plain name may be a part of a secret, in a URL of the wrong form.
  const place = /^\w{1,40}$/.test(name) ? within(origin, name) : origin;
  throw wrongSetting(place, known === '' ? 'no options' : `an option among ${known}`, 'an unknown option');
}

/** Checks what concerns the options together, and hides the secret ones. */
function complete(settings: Settings, schema: OptionsSchema, origin: Origin): Record<string, unknown> {
  for (const [name, option] of Object.entries(schema.options)) {
    const setting = settings.get(name);
    if (setting === undefined) {
      if (option.required === true) throw wrongSetting(within(origin, name), expectationOf(option), kindOf(undefined));
      continue;
    }
    const missing = option.requires?.find((other) => !settings.has(other));
    if (missing !== undefined) throw configError(setting.origin, `${name} means nothing without ${missing}, which is not set beside it`);
  }
  const options = Object.fromEntries([...settings].map(([name, { value }]) => [name, value]));
  return hideSecrets(options, schema);
}

/** `fs:///C:/data` gives the path `/C:/data`, which Windows knows without the slash. */
function withoutDriveSlash(path: string): string {
  return process.platform === 'win32' ? path.replace(/^\/(?=[a-z]:)/i, '') : path;
}
