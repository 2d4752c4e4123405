import { StorageError } from '../api/errors.js';

/** Where a setting is written: errors name it, and its relative paths start there. */
export interface Origin {
  /** What to open to mend it: a file's path, or a variable's name. */
  readonly source: string;
  /** The path of the setting within the source, such as `datastores.archive.root`; empty for the source as a whole. */
  readonly path: string;
  /** The absolute folder from which relative paths and modules are resolved. */
  readonly folder: string;
}

/** The origin of a setting within another. */
export function within(origin: Origin, name: string): Origin {
  return { ...origin, path: origin.path === '' ? name : `${origin.path}.${name}` };
}

/** A `ConfigError` that says where. The message must hold no value that may be a secret. */
export function configError(origin: Origin, message: string, cause?: unknown): StorageError {
  const where = [origin.source, origin.path].filter((part) => part !== '');
  return new StorageError({ code: 'ConfigError', message: [...where, message].join(': '), cause });
}

/** A `ConfigError` of the common form: where, what was expected, what was found. */
export function wrongSetting(origin: Origin, expected: string, found: string): StorageError {
  return configError(origin, `expected ${expected}, found ${found}`);
}

/** What kind of value it is, in words, without the value: for what may be secret. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'an array';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

/** A value as it can be shown: a short one as it is, but nothing that looks like a URL, which may carry credentials. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return value !== '' && value.length <= 60 && !/[@:]/.test(value) ? JSON.stringify(value) : kindOf(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);
}

/** Tells whether a value is an object of settings. */
export function isSettings(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
