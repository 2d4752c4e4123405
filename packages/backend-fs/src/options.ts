import { StorageError, invalidArgument } from '@anybucket/core/backend';
import type { OptionsSchema } from '@anybucket/core/backend';

/** Options of `FsDatastore`. */
export interface FsDatastoreOptions {
  /** The name of the datastore in error messages. @defaultValue 'fs' */
  readonly name?: string | undefined;
  /** The directory that holds the buckets. A relative path is resolved against the working directory. */
  readonly root: string;
  /**
   * Whether a put, copy, delete or change of tags is flushed to the disk before it succeeds. It then survives a power failure, but takes much longer.
   * @defaultValue false
   */
  readonly durable?: boolean | undefined;
  /** Whether to create the root directory if it is missing. @defaultValue true */
  readonly create?: boolean | undefined;
  /**
   * Whether to open the root for reading only. Writes then fail with `AccessDenied`, and nothing below the root is changed. A root that cannot be
   * written is opened in this way in any case.
   * @defaultValue false
   */
  readonly readOnly?: boolean | undefined;
  /**
   * After how many days without use an upload in parts is removed. Abandoned uploads are looked for when an upload begins, and when
   * uploads are listed. From 0.01 to 36500.
   * @defaultValue 7
   */
  readonly uploadExpiryDays?: number | undefined;
  /** The rules for keys. Others than the portable ones are not supported, because objects are files. @defaultValue 'portable' */
  readonly keys?: 'portable' | undefined;
}

/** From some minutes to a hundred years. */
const expiryRange = { min: 0.01, max: 36_500 } as const;

/** The options that a configuration may set. */
export const optionsSchema: OptionsSchema = {
  options: {
    root: { type: 'string', path: true, required: true, description: 'the directory that holds the buckets' },
    durable: { type: 'boolean', description: 'whether to flush each write to the disk before it succeeds' },
    create: { type: 'boolean', description: 'whether to create the directory if it is missing' },
    readOnly: { type: 'boolean', description: 'whether to open the directory for reading only' },
    uploadExpiryDays: { type: 'number', ...expiryRange, description: 'after how many days without use an upload in parts is removed' },
    keys: { type: 'string', values: ['portable', 's3'], description: "rules for keys; this backend supports only 'portable'" },
  },
  url: { form: 'fs:./relative or fs:///absolute', path: 'root' },
};

/** @throws `InvalidArgument` for a missing, unknown or invalid option; `ConfigError` for `keys: 's3'`. */
export function checkOptions(options: FsDatastoreOptions): void {
  if (typeof options !== 'object' || options === null)
    throw invalidArgument(`the options must be an object with \`root\`, not ${String(options)}`);
  const { name, root, durable, create, readOnly, uploadExpiryDays, keys, ...unknown } = options;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined)
    throw invalidArgument(`unknown option \`${extra}\`; the options are name, root, durable, create, readOnly, uploadExpiryDays and keys`);
  if (typeof root !== 'string' || root === '' || root.includes('\0')) throw invalidArgument('`root` must be the path of a directory');
  // A shell would expand it; Node would create a directory named `~`.
  if (/^~(?:[/\\]|$)/.test(root))
    throw invalidArgument('`root` begins with `~`, which is expanded in configurations only: use os.homedir()');
  if (name !== undefined && typeof name !== 'string') throw invalidArgument(`\`name\` must be a string, not ${typeof name}`);
  requireBoolean('durable', durable);
  requireBoolean('create', create);
  requireBoolean('readOnly', readOnly);
  if (uploadExpiryDays !== undefined && !isExpiry(uploadExpiryDays))
    throw invalidArgument(
      `\`uploadExpiryDays\` must be a number from ${expiryRange.min} to ${expiryRange.max}, not ${String(uploadExpiryDays)}`,
    );
  checkKeyRules(keys);
}

function checkKeyRules(keys: unknown): void {
  if (keys === 's3') {
    const message = "the fs backend does not support `keys: 's3'`, whose objects are files named by their keys: omit the option";
    throw new StorageError({ code: 'ConfigError', message });
  }
  if (keys !== undefined && keys !== 'portable') throw invalidArgument("`keys` must be 'portable'");
}

function isExpiry(value: unknown): boolean {
  return typeof value === 'number' && value >= expiryRange.min && value <= expiryRange.max;
}

function requireBoolean(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') throw invalidArgument(`\`${name}\` must be a boolean, not ${typeof value}`);
}
