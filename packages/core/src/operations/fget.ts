import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { FgetOptions, ProgressListener } from '../api/options.js';
import type { ObjectInfo } from '../api/object-info.js';
import type { StoredObject } from '../body/stored-object.js';
import { StorageError, quote } from '../api/errors.js';
import { errnoOf } from './to-storage-error.js';
import { getChecks, getObject } from './get.js';
import { checkOptions, requireFunction, requirePath } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

/** UTF-16 code units of the file name in the name of its temp file. At 3 bytes each, the temp name stays below 255 bytes. */
const maxNameLength = 64;
const fgetChecks = { ...getChecks, progress: requireFunction };

/** Downloads an object to a file, which appears complete or not at all. */
export async function fgetObject(
  bucket: BucketContext,
  key: string,
  filePath: string,
  options: FgetOptions | undefined,
): Promise<ObjectInfo> {
  return bucket.run('fget', key, options, async () => {
    requirePath(filePath, 'filePath');
    const { progress, ...getOptions } = checkOptions<FgetOptions>(options, fgetChecks);
    const object = await getObject(bucket, 'fget', key, getOptions);
    try {
      await saveToFile(object, resolve(filePath), progress);
    } finally {
      await object.cancel();
    }
    return object.info;
  });
}

async function saveToFile(object: StoredObject, path: string, progress: ProgressListener | undefined): Promise<void> {
  // A rename would also replace a pipe or a device.
  if ((await stat(path).catch(() => undefined))?.isFile() === false)
    throw invalidPath(`the path ${quote(path)} exists and is not a plain file`);
  const topmostCreated = await createFolder(dirname(path));
  const temp = join(dirname(path), `.${basename(path).slice(0, maxNameLength)}.${randomUUID()}.tmp`);
  try {
    await writeFile(object, temp, progress);
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    await removeFolders(dirname(path), topmostCreated);
    throw error;
  }
}

async function writeFile(object: StoredObject, path: string, progress: ProgressListener | undefined): Promise<void> {
  const total = object.range === undefined ? object.info.size : object.range.end - object.range.start;
  const file = await open(path, 'wx');
  try {
    let written = 0;
    for await (const chunk of object.stream()) {
      await file.writeFile(chunk);
      written += chunk.length;
      progress?.({ transferred: written, total });
    }
    if (total === 0) progress?.({ transferred: 0, total });
  } finally {
    await file.close();
  }
}

/**
 * Creates a folder and its parents, and returns the topmost folder created. Not with `mkdir({ recursive: true })`, which never returns
 * for paths where folders cannot be created, such as `/proc`.
 */
async function createFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST' && (await stat(path)).isDirectory()) return undefined;
    if (errnoOf(cause) === 'ENOENT') {
      const topmost = await createFolder(dirname(path));
      if (topmost !== undefined) {
        await createFolder(path);
        return topmost;
      }
    }
    if (['ENOENT', 'EEXIST', 'ENOTDIR'].includes(errnoOf(cause) ?? ''))
      throw invalidPath(`the folder ${quote(path)} cannot be created`, cause);
    throw cause;
  }
}

/** Removes the folders created by this call, from `path` up to `topmost`, unless they are in use. */
async function removeFolders(path: string, topmost: string | undefined): Promise<void> {
  if (topmost === undefined) return;
  try {
    for (let folder = path; folder.length >= topmost.length; folder = dirname(folder)) await rmdir(folder);
  } catch {
    // A folder that is no longer empty stays, and so do its parents.
  }
}

function invalidPath(message: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'InvalidArgument', message, cause });
}
