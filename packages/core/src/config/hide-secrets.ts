import { inspect } from 'node:util';
import type { OptionsSchema } from './options-schema.js';

/**
 * Keeps options that hold secrets from being printed by accident: `util.inspect` and `JSON.stringify` show `[hidden]` in their place.
 * The options themselves stay as they are, to be read, destructured or spread.
 */
export function hideSecrets(options: Record<string, unknown>, schema: OptionsSchema): Record<string, unknown> {
  const masked = (): Record<string, unknown> =>
    Object.fromEntries(Object.entries(options).map(([name, value]) => [name, schema.options[name]?.secret === true ? '[hidden]' : value]));
  // Not enumerable, so that a backend that goes through its options doesn't meet them.
  return Object.defineProperties(options, { toJSON: { value: masked }, [inspect.custom]: { value: masked } });
}
