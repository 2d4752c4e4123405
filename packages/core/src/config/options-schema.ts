/**
 * The description of a backend's options: plain data that a backend module exports beside its factory.
 *
 * A format of our own, on purpose. One description serves four readers: it validates a configuration and names the path of what is
 * wrong, turns the text of a URL into typed values, marks what is secret (never printed) and what is a path (resolved from the file
 * that names it), and says which environment variables may stand in. A schema library covers the first only, and every import of a
 * backend would load it.
 */
export interface OptionsSchema {
  /** Every option, by name. Any other name is refused. */
  readonly options: Readonly<Record<string, OptionSchema>>;
  /** How a URL becomes options. Only a backend that goes by a short name (`fs`) has URLs; any other is configured by an object. */
  readonly url?: UrlSchema;
  /**
   * Options that the environment may give, as sources in their order: option name -> variable name. The first source with a variable that is
   * set gives all of them, never mixed with another source. They beat the configuration's object, and yield to a URL that gives any of them.
   */
  readonly environment?: readonly Readonly<Record<string, string>>[];
}

/** One option of a backend. */
export interface OptionSchema {
  /** `string` means one that is not empty; `number` a finite one. */
  readonly type: 'string' | 'number' | 'boolean' | 'function' | 'object';
  /** For people: a short phrase, shown when the option is missing or wrong. */
  readonly description: string;
  /** @defaultValue false */
  readonly required?: boolean;
  /** Never printed: not in errors, nor when the options are inspected or turned into JSON. @defaultValue false */
  readonly secret?: boolean;
  /** A path of the file system; a relative one is resolved from the file that names it. @defaultValue false */
  readonly path?: boolean;
  /** The only values allowed, of a string. */
  readonly values?: readonly string[];
  /** Whole numbers only. @defaultValue false */
  readonly integer?: boolean;
  /** The least number allowed. */
  readonly min?: number;
  /** The greatest number allowed. */
  readonly max?: number;
  /** Options without which this one has no meaning. */
  readonly requires?: readonly string[];
}

/**
 * Which option each part of a URL becomes; a part without one must be absent. `?name=value` gives options by their names, turned into the
 * option's type. Every part is percent-decoded.
 */
export interface UrlSchema {
  /** For people, shown when a URL is wrong: `minio://[KEY:SECRET@]HOST[:PORT]`. */
  readonly form: string;
  readonly user?: string;
  readonly password?: string;
  readonly host?: string;
  readonly port?: string;
  /** What follows the authority, or the scheme where there is none: `./data` in `fs:./data`. */
  readonly path?: string;
}
