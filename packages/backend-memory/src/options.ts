import { StorageError } from '@anybucket/core/backend';
import type { KeyRules, OptionsSchema } from '@anybucket/core/backend';
import type { BucketSeeds } from './store/seeds.js';

/** Options of `MemoryDatastore`. */
export interface MemoryDatastoreOptions {
  /** The name of the datastore in messages. @defaultValue 'memory' */
  readonly name?: string | undefined;
  /** Initial buckets and their objects. */
  readonly buckets?: BucketSeeds | undefined;
  /** The clock for `lastModified`. The time of an object never decreases, even if the clock does. @defaultValue Date.now */
  readonly now?: (() => Date | number) | undefined;
  /** The rules for keys: `s3` admits every key of S3, such as `/a` and `a//b`, and sets the trait `anyKeys`. @defaultValue 'portable' */
  readonly keys?: KeyRules | undefined;
  /**
   * The name of a store that all datastores of this process with the same name share. It exists until the process ends.
   * Excludes `buckets` and `now`. The first datastore decides the option `keys`.
   */
  readonly shared?: string | undefined;
}

/** Options of `MemoryDatastore.fromFolder`. */
export type FromFolderOptions = Pick<MemoryDatastoreOptions, 'name' | 'now' | 'keys'>;

/** Options of `MemoryDatastore.toJSON`. */
export interface ToJsonOptions {
  /** Whether to include the times of objects that have no other attributes. @defaultValue false */
  readonly times?: boolean | undefined;
}

/** Options of `MemoryDriver`. */
export interface MemoryDriverOptions {
  /** Initial buckets and their objects. */
  readonly buckets?: BucketSeeds | undefined;
  /** The clock for `lastModified`. @defaultValue `Date.now`, resolved at each call, so that fake timers apply */
  readonly now?: (() => Date | number) | undefined;
  /** The rules for keys. @defaultValue 'portable' */
  readonly keys?: KeyRules | undefined;
}

const keyRules: readonly KeyRules[] = ['portable', 's3'];

/** The schema of {@link MemoryDatastoreOptions} in a configuration. */
export const optionsSchema: OptionsSchema = {
  options: {
    shared: { type: 'string', description: 'name of a store that is shared within the process' },
    buckets: { type: 'object', description: 'initial buckets: { bucket: { key: body, object or versions } }' },
    now: { type: 'function', description: 'clock for `lastModified`' },
    keys: { type: 'string', values: keyRules, description: 'rules for keys' },
  },
  url: { form: 'memory: or memory:NAME[?keys=s3]', path: 'shared' },
};

/** @throws `InvalidArgument` for an unknown option, an option of the wrong type, or `shared` with `buckets` or `now`. */
export function checkOptions(options: MemoryDatastoreOptions): void {
  requireObject(options, 'MemoryDatastore');
  const { name, buckets, now, keys, shared, ...unknown } = options;
  rejectUnknown(unknown, 'MemoryDatastore', 'name, buckets, now, keys and shared');
  requireType('name', name, 'string');
  requireType('buckets', buckets, 'object');
  requireType('now', now, 'function');
  requireKeyRules(keys, 'MemoryDatastore');
  requireType('shared', shared, 'string');
  // The store may already exist, with another clock and other buckets.
  if (shared !== undefined && (buckets !== undefined || now !== undefined))
    throw invalidArgument('`shared` cannot be combined with `buckets` or `now`');
}

/** @throws `InvalidArgument` for an unknown option, or an option of the wrong type. */
export function checkDriverOptions(options: MemoryDriverOptions): void {
  requireObject(options, 'MemoryDriver');
  const { buckets, now, keys, ...unknown } = options;
  rejectUnknown(unknown, 'MemoryDriver', 'buckets, now and keys');
  requireType('buckets', buckets, 'object', 'MemoryDriver');
  requireType('now', now, 'function', 'MemoryDriver');
  requireKeyRules(keys, 'MemoryDriver');
}

function requireObject(options: unknown, operation: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalidArgument('the options must be an object', operation);
}

function rejectUnknown(unknown: object, operation: string, known: string): void {
  const [extra] = Object.keys(unknown);
  if (extra !== undefined) throw invalidArgument(`unknown option \`${extra.slice(0, 100)}\`: the options are ${known}`, operation);
}

function requireType(name: string, value: unknown, type: 'string' | 'object' | 'function', operation?: string): void {
  if (value !== undefined && (typeof value !== type || value === null))
    throw invalidArgument(`the option \`${name}\` must be ${type === 'object' ? 'an' : 'a'} ${type}`, operation);
}

function requireKeyRules(value: unknown, operation: string): void {
  if (value !== undefined && !keyRules.includes(value as KeyRules))
    throw invalidArgument("the option `keys` must be 'portable' or 's3'", operation);
}

export function invalidArgument(message: string, operation = 'MemoryDatastore'): StorageError {
  return new StorageError({ code: 'InvalidArgument', operation, message });
}
