import { randomBytes } from 'node:crypto';
import { createLockOwner, isAlive, parseLockOwner } from '../locking/lock-owner.js';
import type { LockOwner } from '../locking/lock-owner.js';
import type { FileLock, Locks } from '../locking/locks.js';
import { hasErrno, ignoreNotFound } from '../system/errno.js';
import type { FileCalls } from '../system/file-calls.js';
import { lstatOrUndefined, readTextFile } from '../system/files.js';

const lockName = 'lock';

/** The directory for the temp files of one open datastore. It is locked, and removed by another process when the lock ends without a `close`. */
export class TempDirectory {
  readonly path: string;
  readonly #calls: FileCalls;
  readonly #lock: FileLock | undefined;
  #count = 0;

  /** Creates the directory. The caller must hold the root lock, or else the directory might be swept before it is locked. */
  constructor(calls: FileCalls, locks: Locks, parent: string) {
    this.#calls = calls;
    this.path = `${parent}/${randomBytes(6).toString('hex')}`;
    calls.mkdirSync(this.path);
    // A process without kernel locks is named by its exclusive lock instead.
    this.#lock = locks.tryLockFile(`${this.path}/${lockName}`, locks.exclusive ? '' : JSON.stringify(createLockOwner()));
  }

  /** Returns an unused path. */
  next(): string {
    return `${this.path}/${this.#count++}`;
  }

  /** Removes the directory. The caller must hold the root lock. */
  close(): void {
    this.#lock?.release();
    removeFlatDirectory(this.#calls, this.path);
  }
}

/** Removes the temp directories of dead processes. The caller must hold the root lock. @param ownPath The directory to keep. */
export function sweepTempDirectories(calls: FileCalls, locks: Locks, parent: string, ownPath: string): void {
  for (const path of tempDirectories(calls, parent)) {
    if (path === ownPath) continue;
    const lock = locks.tryLockFile(`${path}/${lockName}`);
    if (lock === undefined) continue;
    // Windows cannot remove a file that is open.
    lock.release();
    removeFlatDirectory(calls, path);
  }
}

/** Returns a live process that has a temp directory. For processes without kernel locks, which cannot test the lock. */
export function findTempDirectoryOwner(calls: FileCalls, parent: string): LockOwner | undefined {
  for (const path of tempDirectories(calls, parent)) {
    let content = '';
    ignoreNotFound(() => (content = readTextFile(calls, `${path}/${lockName}`)));
    const owner = parseLockOwner(content);
    if (owner !== undefined && isAlive(owner)) return owner;
  }
  return undefined;
}

function tempDirectories(calls: FileCalls, parent: string): string[] {
  return calls
    .readdirSync(parent)
    .map((name) => `${parent}/${name}`)
    .filter((path) => lstatOrUndefined(calls, path)?.isDirectory() === true);
}

/** Removes a directory and the files in it. A subdirectory is not from this backend: it stays, and so does the directory. */
function removeFlatDirectory(calls: FileCalls, path: string): void {
  try {
    for (const entry of calls.readdirSync(path, { withFileTypes: true })) {
      if (entry.isFile()) ignoreNotFound(() => calls.unlinkSync(`${path}/${entry.name}`));
    }
    calls.rmdirSync(path);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}
