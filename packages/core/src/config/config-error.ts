import { StorageError, cut } from '../api/errors.js';
import { isOutOfDescriptors } from '../operations/to-storage-error.js';

/** Paths are cut to this length in messages, in UTF-16 code units. */
const maxLocationLength = 300;

/** Where a setting comes from. Errors name it, and relative paths in the setting are resolved from its folder. */
export interface Origin {
  /** The path of a file, or the name of a variable. */
  readonly source: string;
  /** The path of the setting within the source, such as `datastores.archive.root`; empty for the source as a whole. */
  readonly path: string;
  /** The absolute folder from which relative paths and modules are resolved. */
  readonly folder: string;
}

/** Returns the origin of a setting within another. */
export function childOrigin(origin: Origin, name: string): Origin {
  return { ...origin, path: origin.path === '' ? name : `${origin.path}.${name}` };
}

/**
 * Creates a `ConfigError` that names the origin; `TooManyOpenFiles` if that is the cause. The message must not contain values that may be
 * secret.
 */
export function configError(origin: Origin, message: string, cause?: unknown): StorageError {
  const location = [origin.source, origin.path].filter((part) => part !== '').map((part) => cut(part, maxLocationLength));
  const code = isOutOfDescriptors(cause) ? 'TooManyOpenFiles' : 'ConfigError';
  return new StorageError({ code, message: [...location, message].join(': '), cause });
}

/** Creates a `ConfigError` of the usual form: origin, expected, found. */
export function invalidSetting(origin: Origin, expected: string, found: string): StorageError {
  return configError(origin, `expected ${expected}, found ${found}`);
}

/** Describes the type of a value without the value, which may be secret. */
export function describeType(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'an array';
  return `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

/** Formats a value for a message: a short one as it is, but nothing that looks like a URL, which may contain credentials. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string')
    return value !== '' && value.length <= 60 && !/[@:]/.test(value) ? JSON.stringify(value) : describeType(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : describeType(value);
}

/** Returns whether a value is an object, and so may contain settings. */
export function isSettings(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
