import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageError, contentTypeOf } from '@anybucket/core/backend';
import type { SeedObject } from './seeds.js';

/**
 * Reads a folder as seeds: each folder in it is a bucket, and each file below that an object, with the content type of its extension and the
 * time of the file. Follows symbolic links. Entries of the folder itself that begin with a dot are ignored.
 *
 * @throws `InvalidArgument` if the path is not a folder, or contains anything else than folders.
 */
export async function readFolderSeeds(path: string): Promise<Record<string, Record<string, SeedObject>>> {
  const buckets: Record<string, Record<string, SeedObject>> = {};
  for (const name of await namesIn(path)) {
    if (name.startsWith('.')) continue;
    const folder = join(path, name);
    if (!(await stat(folder)).isDirectory()) throw invalidFolder(`${name} in the folder is not a folder, which would be a bucket`);
    const objects: [string, SeedObject][] = [];
    await readObjects(folder, '', objects);
    buckets[name] = Object.fromEntries(objects);
  }
  return buckets;
}

async function readObjects(folder: string, prefix: string, objects: [string, SeedObject][]): Promise<void> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const stats = await stat(path);
    if (stats.isDirectory()) await readObjects(path, `${prefix}${name}/`, objects);
    else if (stats.isFile())
      objects.push([prefix + name, { bytes: await readFile(path), contentType: contentTypeOf(name), lastModified: stats.mtime }]);
    else throw invalidFolder(`${path} is neither a file nor a folder`);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    throw invalidFolder(`cannot read the folder ${folder}`, cause);
  }
}

function invalidFolder(message: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'InvalidArgument', operation: 'fromFolder', message, cause });
}
