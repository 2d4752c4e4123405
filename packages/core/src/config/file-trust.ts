import { lstatSync, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { StorageError } from '../api/errors.js';
import { configError } from './config-error.js';
import { ignoreNotFound } from './import-module.js';

/** Why a file or folder is not trusted. */
export interface Distrust {
  readonly path: string;
  /** Continues a sentence that begins with the path: `belongs to another user (uid 65534)`. */
  readonly reason: string;
  /** What the user may do about it. */
  readonly remedy: string;
}

/**
 * Groups that have several members, even where the number is also that of the user: those of root and of nobody. Any other group with the number of
 * its user is private to that user, by the convention of `useradd`; with it, distributions let the group write by default (umask 002).
 */
const sharedGroups: readonly unknown[] = [0, 65_534];

/**
 * Returns why a file or folder is not trusted: it belongs neither to the effective user nor to root, or others may write to it. A configuration is
 * code: whoever can change it runs programs as this user. On Windows everything is trusted: Node reads neither owners nor permissions there.
 */
export function distrustOf(path: string, stats: Stats): Distrust | undefined {
  // Read at each call: a program may give up the privileges of root after its start.
  const user = process.geteuid?.();
  const distrust = distrustOfOwner(path, stats);
  if (user === undefined || distrust !== undefined) return distrust;
  // The mode of a link means nothing. In a sticky folder such as /tmp others can add files, but neither replace nor remove existing ones.
  if (stats.isSymbolicLink() || (stats.isDirectory() && (stats.mode & 0o1000) !== 0)) return undefined;
  const isPrivateGroup = stats.gid === user && stats.gid === process.getegid?.() && !sharedGroups.includes(stats.gid);
  const writers = (stats.mode & 0o002) !== 0 ? 'others' : (stats.mode & 0o020) !== 0 && !isPrivateGroup ? 'its group' : undefined;
  return writers === undefined ? undefined : { path, reason: `is writable by ${writers}`, remedy: `chmod go-w ${path}` };
}

/** Returns why a file or folder is not trusted if it belongs to another user, whatever its mode. */
export function distrustOfOwner(path: string, { uid }: Stats): Distrust | undefined {
  const user = process.geteuid?.();
  if (user === undefined || uid === user || uid === 0) return undefined;
  return { path, reason: `belongs to another user (uid ${uid})`, remedy: `chown ${user} ${path}` };
}

/** Returns why a folder is not trusted. A missing one is trusted: it contains nothing. */
export function distrustOfFolder(path: string): Distrust | undefined {
  try {
    return distrustOf(path, statSync(path));
  } catch (error) {
    return ignoreNotFound(error);
  }
}

/**
 * Returns why an existing file is not trusted: for itself, as a link, or for the folder of the file that the link leads to.
 * @param stats of the file that was opened, so that they describe what is read.
 */
export function distrustOfFile(path: string, stats: Stats = statSync(path)): Distrust | undefined {
  const target = realpathSync(path);
  return distrustOf(path, lstatSync(path)) ?? distrustOf(target, stats) ?? distrustOfFolder(dirname(target));
}

/** Returns why a file of an installed package is not trusted: for itself, or for a folder on its path, up to the one that contains `node_modules`. */
export function distrustOfPackageFile(file: string): Distrust | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const distrust = distrustOfFolder(folder);
    if (distrust !== undefined) return distrust;
    if (basename(folder) === 'node_modules') return distrustOfFolder(dirname(folder)) ?? distrustOfFile(file);
    if (folder === dirname(folder)) return distrustOfFile(file);
  }
}

/**
 * Creates the error for a file that would have been used if it were trusted.
 * @param alternative what the user may do instead of what would make it trusted.
 */
export function untrustedFile(file: string, { path, reason, remedy }: Distrust, alternative: string): StorageError {
  const subject = path === file ? 'it' : path;
  const message = `not used, because ${subject} ${reason}, who could run programs as the user of this process: ${remedy}, or ${alternative}`;
  return configError({ source: file, path: '', folder: '' }, message);
}
