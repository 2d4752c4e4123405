import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { FgetOptions, ProgressListener } from '../api/options.js';
import type { ObjectInfo } from '../api/object-info.js';
import type { StoredObject } from '../body/stored-object.js';
import { report } from '../body/progress.js';
import { StorageError } from '../api/errors.js';
import { errnoOf } from './to-storage-error.js';
import { getChecks, getObject } from './get.js';
import { checkOptions, requireFunction, requirePath } from './check-options.js';
import type { Target } from './target.js';

/** So much of a file's name fits beside the rest of a temp file's into 255 bytes, whatever its characters. */
const nameUnits = 64;
const fgetChecks = { ...getChecks, progress: requireFunction };

/** `fget`: saves an object as a file, whole or not at all. */
export async function fgetObject(target: Target, key: string, filePath: string, options: FgetOptions | undefined): Promise<ObjectInfo> {
  return target.run('fget', key, options, async () => {
    requirePath(filePath, 'filePath');
    const { progress, ...getOptions } = checkOptions<FgetOptions>(options, fgetChecks);
    const object = await getObject(target, 'fget', key, getOptions);
    try {
      await save(object, resolve(filePath), progress);
    } finally {
      await object.cancel();
    }
    return object.info;
  });
}

async function save(object: StoredObject, path: string, progress: ProgressListener | undefined): Promise<void> {
  // A rename would put the file in the place of a pipe or a device too.
  if ((await stat(path).catch(() => undefined))?.isFile() === false) throw unwritable(`${path} is not a plain file`);
  const made = await makeFolder(dirname(path));
  const temp = join(dirname(path), `.${basename(path).slice(0, nameUnits)}.${randomUUID()}.tmp`);
  try {
    await write(object, temp, progress);
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    await removeFolders(dirname(path), made);
    throw error;
  }
}

async function write(object: StoredObject, path: string, progress: ProgressListener | undefined): Promise<void> {
  const total = object.range === undefined ? object.info.size : object.range.end - object.range.start;
  const file = await open(path, 'wx');
  try {
    let written = 0;
    for await (const chunk of object.stream()) {
      await file.writeFile(chunk);
      written += chunk.length;
      report(progress, written, total);
    }
    if (total === 0) report(progress, 0, 0);
  } finally {
    await file.close();
  }
}

/**
 * Makes a folder and its parents; gives the topmost that was missing. One by one: where no folder can be made, as below `/proc`, the
 * recursive form of Node never ends.
 */
async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST' && (await stat(path)).isDirectory()) return undefined;
    if (errnoOf(cause) === 'ENOENT') {
      const topmost = await makeFolder(dirname(path));
      if (topmost !== undefined) {
        await makeFolder(path);
        return topmost;
      }
    }
    if (['ENOENT', 'EEXIST', 'ENOTDIR'].includes(errnoOf(cause) ?? '')) throw unwritable(`${path} can't be made a folder`, cause);
    throw cause;
  }
}

/** Removes the folders that this call made, from the bottom to the topmost, as far as nobody else uses them. */
async function removeFolders(path: string, topmost: string | undefined): Promise<void> {
  if (topmost === undefined) return;
  try {
    for (let folder = path; folder.length >= topmost.length; folder = dirname(folder)) await rmdir(folder);
  } catch {
    // Someone has put something there meanwhile: it stays.
  }
}

function unwritable(message: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'InvalidArgument', message, cause });
}
