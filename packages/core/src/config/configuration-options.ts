import { invalidArgument } from '../api/errors.js';
import type { CallOptions } from '../api/options.js';
import { requireNonEmptyString, requireSignal } from '../operations/check-options.js';
import type { Backends } from './backend-module.js';
import type { Environment } from './environment.js';

/** Where the configuration of datastores comes from. Not used for a datastore that is already open, which is shared. */
export interface ConfigurationOptions extends CallOptions {
  /** The folder in which the search for a configuration file begins; it goes on upwards. @defaultValue process.cwd() */
  readonly cwd?: string | undefined;
  /** Environment variables: `ANYBUCKET_*`, `NODE_ENV`, and those with credentials. @defaultValue process.env */
  readonly env?: Environment | undefined;
  /** Backends by name, used instead of importing them, such as `{ fs }` after `import * as fs from '@anybucket/backend-fs'`. */
  readonly backends?: Backends | undefined;
}

/** The checks of {@link ConfigurationOptions}, for `checkOptions`. */
export const configurationChecks = {
  cwd: requireNonEmptyString,
  env: requireEnvironment,
  backends: requireBackends,
  signal: requireSignal,
};

function requireEnvironment(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null || Object.values(value).some((text) => text !== undefined && typeof text !== 'string')) {
    throw invalidArgument(`\`${name}\` must be an object of strings`);
  }
}

function requireBackends(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidArgument(`\`${name}\` must be an object of backends`);
  for (const [key, backend] of Object.entries(value)) {
    const isObject = typeof backend === 'object' && backend !== null;
    if (!isObject && typeof backend !== 'function')
      throw invalidArgument(`\`${name}.${key}\` must be a backend module or a function that returns one`);
  }
}
