import { StorageError } from '@anybucket/core/backend';
import type { OptionsSchema } from '@anybucket/core/backend';
import type { BucketSeeds } from './seeds.js';

/** Options of `MemoryDatastore`. */
export interface MemoryDatastoreOptions {
  /** How the datastore is called in messages. @defaultValue 'memory' */
  readonly name?: string | undefined;
  /** Buckets to begin with, and the bodies in them. */
  readonly buckets?: BucketSeeds | undefined;
  /** The clock that stamps objects; a time of an object never goes back, whatever it says. @defaultValue Date.now */
  readonly now?: (() => Date | number) | undefined;
  /** A store that all datastores of this process with the same `shared` have in common, until the process ends. Stands alone. */
  readonly shared?: string | undefined;
}

/** How a configuration may set the options: `memory:` is a new store, `memory:NAME` the shared one of that name. */
export const optionsSchema: OptionsSchema = {
  options: {
    shared: { type: 'string', description: 'the name of a store that is shared within the process' },
    buckets: { type: 'object', description: 'buckets to begin with: { bucket: { key: text or bytes } }' },
    now: { type: 'function', description: 'the clock that stamps objects' },
  },
  url: { form: 'memory: or memory:NAME', path: 'shared' },
};

/** @throws `InvalidArgument` for an option that is unknown or of a wrong type, or `shared` beside another. */
export function checkOptions(options: MemoryDatastoreOptions): void {
  const { name, buckets, now, shared, ...unknown } = options;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined) throw invalid(`\`${extra}\` is no option of a memory datastore; there are name, buckets, now and shared`);
  requireType('name', name, 'string');
  requireType('buckets', buckets, 'object');
  requireType('now', now, 'function');
  requireType('shared', shared, 'string');
  // The store may be there already, with another clock and other buckets: nothing could be promised.
  if (shared !== undefined && (buckets !== undefined || now !== undefined)) throw invalid('`shared` goes with neither `buckets` nor `now`');
}

function requireType(name: string, value: unknown, type: 'string' | 'object' | 'function'): void {
  if (value !== undefined && (typeof value !== type || value === null)) throw invalid(`the option \`${name}\` must be a ${type}`);
}

function invalid(message: string): StorageError {
  return new StorageError({ code: 'InvalidArgument', operation: 'MemoryDatastore', message });
}
