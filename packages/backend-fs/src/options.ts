import { StorageError } from '@anybucket/core/backend';
import type { OptionsSchema } from '@anybucket/core/backend';

/** Options of `FsDatastore`. */
export interface FsDatastoreOptions {
  /** How the datastore is called in messages. @defaultValue 'fs' */
  readonly name?: string | undefined;
  /** The folder that holds the buckets; a relative path is resolved from the working directory. */
  readonly root: string;
  /** A put, copy, delete or change of tags is on the disk before it succeeds: it survives a loss of power, and takes longer. @defaultValue false */
  readonly durable?: boolean | undefined;
  /** Make the root folder where it is missing. @defaultValue true */
  readonly create?: boolean | undefined;
}

/** What a configuration may say about a datastore in a folder. */
export const optionsSchema: OptionsSchema = {
  options: {
    root: { type: 'string', path: true, required: true, description: 'the folder that holds the buckets' },
    durable: { type: 'boolean', description: 'write to the disk before a change succeeds' },
    create: { type: 'boolean', description: 'make the folder where it is missing' },
  },
  url: { form: 'fs:./relative or fs:///absolute', path: 'root' },
};

/** @throws `InvalidArgument` for an option that is missing, unknown or of a wrong type. */
export function checkOptions(options: FsDatastoreOptions): void {
  if (typeof options !== 'object' || options === null) throw invalid('the options must be an object with `root`');
  const { name, root, durable, create, ...unknown } = options;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined) throw invalid(`\`${extra}\` is no option of a file system datastore; there are name, root, durable and create`);
  if (typeof root !== 'string' || root === '' || root.includes('\0')) throw invalid('`root` must be the path of a folder');
  // A shell would expand it; Node would create a folder named `~`.
  if (/^~(?:[/\\]|$)/.test(root)) throw invalid('`root` begins with `~`, which is expanded in configurations only: use os.homedir()');
  if (name !== undefined && typeof name !== 'string') throw invalid(`\`name\` must be a string, not ${typeof name}`);
  requireBoolean('durable', durable);
  requireBoolean('create', create);
}

function requireBoolean(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') throw invalid(`\`${name}\` must be true or false, not ${typeof value}`);
}

function invalid(message: string): StorageError {
  return new StorageError({ code: 'InvalidArgument', message });
}
