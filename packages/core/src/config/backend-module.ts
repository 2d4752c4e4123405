import type { Datastore } from '../api/datastore.js';
import type { Environment } from './environment.js';

/** What a backend's factory receives besides the options. */
export interface BackendContext {
  /** The datastore's name in the configuration; becomes `Datastore.name`. */
  readonly name: string;
  /** The backend as the configuration names it: a scheme or short name, a package, or a path. */
  readonly backend: string;
  /** Environment variables, for credentials and other defaults of the backend. */
  readonly env: Environment;
}

/** The exports required of a module that a configuration names as `backend`. */
export interface BackendModule {
  /**
   * Creates a datastore, without I/O.
   * @param options checked against {@link optionsSchema}: of the right types, paths absolute. Defaults are up to the backend.
   */
  createDatastore(options: Record<string, unknown>, context: BackendContext): Datastore;
  readonly optionsSchema: OptionsSchema;
}

/**
 * Backends by the name that a configuration uses for them, which is also the scheme of their URLs: each a module
 * (`import * as fs from '@anybucket/backend-fs'`) or a function that returns one, called when the backend is first needed.
 */
export type Backends = Readonly<Record<string, BackendModule | (() => BackendModule | PromiseLike<BackendModule>)>>;

/**
 * The description of a backend's options: plain data that a backend module exports beside its factory.
 *
 * A format of our own, on purpose. One description serves four purposes: it validates a configuration and names the path of a wrong setting,
 * converts the text of a URL to typed values, marks secrets (never printed) and paths (resolved from the file that contains them), and
 * lists environment variables that may replace settings. A schema library covers only the first, and every import of a backend would load it.
 */
export interface OptionsSchema {
  /** All options, by name. Any other name is rejected. */
  readonly options: Readonly<Record<string, OptionSchema>>;
  /** How a URL becomes options. Only a backend with a short or registered name has URLs; any other is configured by an object. */
  readonly url?: UrlSchema;
  /**
   * Options that may come from the environment: sources in order of precedence, each from option name to variable name. The first source with
   * a variable that is set provides all of these options; sources are never mixed. All are ignored if a URL or an object of settings contains
   * any of these options.
   */
  readonly environment?: readonly Readonly<Record<string, string>>[];
}

/** The type of an option. A `string` must not be empty; a `number` must be finite. */
export type OptionType = 'string' | 'number' | 'boolean' | 'function' | 'object';

/** One option of a backend. */
export interface OptionSchema {
  /** One type, or alternatives. */
  readonly type: OptionType | readonly OptionType[];
  /** A short phrase, shown when the option is missing or wrong. */
  readonly description: string;
  /** @defaultValue false */
  readonly required?: boolean;
  /** Never printed: neither in errors, nor when the options are inspected or converted to JSON. @defaultValue false */
  readonly secret?: boolean;
  /** A path of the file system; a relative one is resolved from the file that contains it, `~/` from the home folder. @defaultValue false */
  readonly path?: boolean;
  /** With `path`: a PEM text is accepted in place of a path. @defaultValue false */
  readonly pem?: boolean;
  /** Can be set in JavaScript and TypeScript only. @defaultValue false */
  readonly codeOnly?: boolean;
  /** The only values allowed, of a string. */
  readonly values?: readonly string[];
  /** Integers only. @defaultValue false */
  readonly integer?: boolean;
  /** The least number allowed. */
  readonly min?: number;
  /** The greatest number allowed. */
  readonly max?: number;
  /** Options that must be set too. */
  readonly requires?: readonly string[];
}

/**
 * The option that each part of a URL becomes; a part without one must be absent. `?name=value` sets options by name, converted to the option's
 * type. Every part is percent-decoded.
 */
export interface UrlSchema {
  /** The form of a URL, shown when one is wrong: `minio://[KEY:SECRET@]HOST[:PORT]`. */
  readonly form: string;
  readonly user?: string;
  readonly password?: string;
  readonly host?: string;
  readonly port?: string;
  /** The part after the authority, or after the scheme if there is none: `./data` in `fs:./data`. */
  readonly path?: string;
}
