import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Stats } from 'node:fs';
import { mkdir, open, readlink, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { FgetOptions, ProgressListener } from '../api/options.js';
import type { ObjectInfo } from '../api/object-info.js';
import { reportProgress } from '../body/report-progress.js';
import type { StoredObject } from '../body/stored-object.js';
import { StorageError, quote } from '../api/errors.js';
import { mtimeName, parseMtime } from '../rules/file-times.js';
import { errnoOf } from './to-storage-error.js';
import { getChecks, openObject, prepareGet } from './get.js';
import { transferSlots } from './semaphore.js';
import { checkOptions, requireBoolean, requireFunction, requirePath } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

/** UTF-16 code units of the file name in the name of its temp file. At 3 bytes each, the temp name stays below 255 bytes. */
const maxNameLength = 64;
/** Symbolic links that are followed, as in Linux. */
const maxLinks = 40;
const fgetChecks = { ...getChecks, progress: requireFunction, preserveTimes: requireBoolean };

/** Downloads an object to a file, which appears complete or not at all, unless it is a mount point. */
export async function fgetObject(
  bucket: BucketContext,
  key: string,
  filePath: string,
  options: FgetOptions | undefined,
): Promise<ObjectInfo> {
  return bucket.run('fget', key, options, async () => {
    requirePath(filePath, 'filePath');
    const { progress, preserveTimes = false, ...getOptions } = checkOptions<FgetOptions>(options, fgetChecks);
    const get = prepareGet(bucket, key, getOptions);
    return transferSlots.run(get.call.signal, async () => {
      const object = await openObject(bucket, 'fget', get);
      try {
        await saveToFile(object, resolve(filePath), { progress, preserveTimes });
      } finally {
        await object.cancel();
      }
      return object.info;
    });
  });
}

interface SaveOptions {
  readonly progress: ProgressListener | undefined;
  readonly preserveTimes: boolean;
}

async function saveToFile(object: StoredObject, path: string, options: SaveOptions): Promise<void> {
  const { target, existing } = await locateTarget(path);
  const topmostCreated = await createFolder(dirname(target));
  const temp = join(dirname(target), `.${basename(target).slice(0, maxNameLength)}.${randomUUID()}.tmp`);
  try {
    await writeFile(object, temp, existing, options);
    await replaceFile(temp, target);
  } catch (error) {
    await rm(temp, { force: true });
    await removeFolders(dirname(target), topmostCreated);
    throw error;
  }
}

/** The file to be written, behind all symbolic links. */
interface Target {
  readonly target: string;
  /** Absent if there is no file yet. */
  readonly existing: Stats | undefined;
}

async function locateTarget(path: string): Promise<Target> {
  const existing = await statOrUndefined(path);
  if (existing === undefined) return { target: await resolveDanglingLinks(path), existing };
  // A rename would also replace a pipe or a device.
  if (!existing.isFile()) throw invalidPath(`the path ${quote(path)} exists and is not a plain file`);
  return { target: await realpath(path), existing };
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (cause) {
    if (errnoOf(cause) === 'ELOOP') throw invalidPath(`the path ${quote(path)} is a loop of symbolic links`, cause);
    if (errnoOf(cause) === 'ENAMETOOLONG') throw invalidPath(`the path ${quote(path)} is too long`, cause);
    // Any other failure is reported when the file is created.
    return undefined;
  }
}

/** Returns the path that a chain of symbolic links points to, where no file exists yet. */
async function resolveDanglingLinks(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < maxLinks; links++) {
    let link: string;
    try {
      link = await readlink(target);
    } catch {
      return target;
    }
    // A relative link starts at the real directory. The path is not normalised, because `..` applies to the target of a link.
    target = isAbsolute(link) ? link : `${await realpath(dirname(target))}${sep}${link}`;
  }
  throw invalidPath(`the path ${quote(path)} has too many symbolic links`);
}

async function writeFile(
  object: StoredObject,
  path: string,
  existing: Stats | undefined,
  { progress, preserveTimes }: SaveOptions,
): Promise<void> {
  const total = object.range === undefined ? object.info.size : object.range.end - object.range.start;
  // A file that replaces a private one is private from the beginning.
  const file = await open(path, 'wx', existing === undefined ? undefined : existing.mode & 0o600);
  try {
    if (existing !== undefined) await copyPermissions(file, existing);
    let written = 0;
    for await (const chunk of object.stream()) {
      await file.writeFile(chunk);
      written += chunk.length;
      await reportProgress(progress, written, total);
    }
    if (total === 0) await reportProgress(progress, 0, total);
    if (preserveTimes) await file.utimes(new Date(), modificationTime(object));
  } finally {
    await file.close();
  }
}

/** Returns the modification time of the file that an object was stored from, in seconds since 1970; otherwise that of the object. */
function modificationTime({ info }: StoredObject): number {
  return parseMtime(info.metadata[mtimeName]) ?? info.lastModified.getTime() / 1000;
}

/** Sets the owner, as far as permitted, and the mode of an existing file. Without its group, the group gets no permissions. */
async function copyPermissions(file: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  const created = await file.stat();
  let permissions = mode & 0o777;
  if (created.uid !== uid || created.gid !== gid) {
    try {
      await file.chown(uid, gid);
    } catch {
      const keepsGroup = await file.chown(created.uid, gid).then(
        () => true,
        () => created.gid === gid,
      );
      if (!keepsGroup) permissions &= 0o707;
    }
  }
  if ((created.mode & 0o777) !== permissions) await file.chmod(permissions);
}

/** Moves a temp file to its target. A file that is a mount point cannot be replaced, so it is overwritten. */
async function replaceFile(temp: string, target: string): Promise<void> {
  try {
    await rename(temp, target);
  } catch (error) {
    if (errnoOf(error) !== 'EBUSY') throw error;
    await overwriteFile(temp, target);
    await rm(temp);
  }
}

async function overwriteFile(source: string, target: string): Promise<void> {
  // Not `copyFile`, which also changes the mode, and fails if the file belongs to another user.
  const file = await open(target, 'r+');
  try {
    await file.truncate();
    for await (const chunk of createReadStream(source)) await file.writeFile(chunk as Buffer);
    const { atime, mtime } = await stat(source);
    await file.utimes(atime, mtime);
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
    if (['ENOENT', 'EEXIST', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(errnoOf(cause) ?? ''))
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
