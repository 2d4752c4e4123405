import type { Origin } from './config-error.js';

/** What configures one datastore: a URL or an object, not checked yet, and where it is written. A class, so that printing it shows no secret. */
export class Setting {
  readonly origin: Origin;
  readonly #value: unknown;

  constructor(value: unknown, origin: Origin) {
    this.#value = value;
    this.origin = origin;
  }

  /** The URL or object. A method, since a getter's value is printed on request. */
  read(): unknown {
    return this.#value;
  }
}
