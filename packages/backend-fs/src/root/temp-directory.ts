import { randomBytes } from 'node:crypto';
import { createLockOwner, isAlive, parseLockOwner } from '../locking/lock-owner.js';
import type { LockOwner } from '../locking/lock-owner.js';
import type { FileLock, Locks } from '../locking/locks.js';
import { makeInternalDirectory } from '../system/directories.js';
import { hasErrno, ignoreNotFound, isNotWritable } from '../system/errno.js';
import { openFlags } from '../system/file-calls.js';
import { isNoRegularFile, lstatOrUndefined, readTextFile } from '../system/files.js';
import type { TempFile } from '../system/files.js';
import type { RootedCalls } from '../system/rooted-calls.js';

const lockName = 'lock';
/** A directory that is removed by hand is created again. Another process that opens the root may remove it before it is locked. */
const maxAttempts = 10;

/** The directory for the temp files of one open datastore. It is locked, and removed by another process when the lock ends without a `close`. */
export class TempDirectory {
  readonly #calls: RootedCalls;
  readonly #locks: Locks;
  readonly #parents: readonly string[];
  readonly #refuseOthers: () => void;
  #path = '';
  #lock: FileLock | undefined;
  #count = 0;

  /**
   * Creates the directory. The caller must hold the root lock, or else the directory might be swept before it is locked.
   * @param parents The directories to create when they are missing. The last one is the parent.
   * @param refuseOthers Throws when a process that cannot share the root uses it. Called each time the directory has been created.
   */
  constructor(calls: RootedCalls, locks: Locks, parents: readonly string[], refuseOthers: () => void) {
    this.#calls = calls;
    this.#locks = locks;
    this.#parents = parents;
    this.#refuseOthers = refuseOthers;
    this.#make();
  }

  /** The current path. A directory that was damaged by hand is replaced by another one. */
  get path(): string {
    return this.#path;
  }

  /** Creates a temp file. */
  create(): TempFile {
    for (let attempt = 1; ; attempt++) {
      try {
        // The directory is pinned, so creating a file also succeeds after it was moved. The file could not be renamed from its path then.
        this.restore();
        const path = `${this.#path}/${this.#count++}`;
        return { path, fd: this.#calls.openSync(path, openFlags.create) };
      } catch (error) {
        if (!hasErrno(error, 'ENOENT', 'ENOTDIR', 'EEXIST') || attempt >= maxAttempts) throw error;
      }
    }
  }

  /** Returns whether the directory is where other processes look for it. */
  isInPlace(): boolean {
    return this.#lock?.isInPlace() === true;
  }

  /** Creates the directory again unless it is in place. Without the root lock, it may be swept before it is locked. */
  restore(): void {
    if (this.isInPlace()) return;
    // The directories above may have been replaced as well.
    this.#calls.close();
    this.#make();
  }

  /** Removes the directory. The caller must hold the root lock. */
  close(): void {
    this.#release();
    removeTempDirectory(this.#calls, this.#path);
  }

  #release(): void {
    this.#lock?.release();
    this.#lock = undefined;
    this.#calls.unpin(this.#path);
  }

  #make(): void {
    this.#release();
    for (const parent of this.#parents) makeInternalDirectory(this.#calls, parent, false);
    this.#path = `${this.#parents.at(-1)}/${randomBytes(6).toString('hex')}`;
    // The bodies in it may get narrower permissions when they replace others.
    this.#calls.mkdirSync(this.#path, { mode: 0o700 });
    try {
      // A process without kernel locks is named by its exclusive lock instead.
      const content = this.#locks.exclusive === undefined ? JSON.stringify(createLockOwner()) : '';
      this.#lock = this.#locks.tryLockFile(`${this.#path}/${lockName}`, content);
      this.#calls.pin(this.#path);
      this.#refuseOthers();
    } catch (error) {
      this.close();
      throw error;
    }
  }
}

/** Removes the temp directories of dead processes. The caller must hold the root lock. @param ownPath The directory to keep. */
export function sweepTempDirectories(calls: RootedCalls, locks: Locks, parent: string, ownPath: string): void {
  for (const path of tempDirectories(calls, parent)) {
    if (path === ownPath) continue;
    const lock = tryLock(locks, path);
    if (lock === undefined) continue;
    // Windows cannot remove a file that is open.
    lock.release();
    removeTempDirectory(calls, path);
  }
}

/** Returns a live process that has a temp directory. For processes without kernel locks, which cannot test the lock. */
export function findTempDirectoryOwner(calls: RootedCalls, parent: string): LockOwner | undefined {
  for (const path of tempDirectories(calls, parent)) {
    let content = '';
    try {
      content = readTextFile(calls, `${path}/${lockName}`);
    } catch (error) {
      if (!isNoRegularFile(error) && !hasErrno(error, 'EACCES', 'EPERM')) throw error;
    }
    const owner = parseLockOwner(content);
    if (owner !== undefined && isAlive(owner)) return owner;
  }
  return undefined;
}

/** @returns Undefined when another process holds the lock, or when the lock is not a file that this process may open. */
function tryLock(locks: Locks, path: string): FileLock | undefined {
  try {
    return locks.tryLockFile(`${path}/${lockName}`);
  } catch (error) {
    if (isNoRegularFile(error) || hasErrno(error, 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}

function tempDirectories(calls: RootedCalls, parent: string): string[] {
  return calls
    .readdirSync(parent)
    .map((name) => `${parent}/${name}`)
    .filter((path) => lstatOrUndefined(calls, path)?.isDirectory() === true);
}

/** Removes a directory, the files in it, and empty directories, which probing the volume may leave. Other directories are not from this backend. */
function removeTempDirectory(calls: RootedCalls, path: string): void {
  try {
    for (const entry of calls.readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) calls.rmdirSync(`${path}/${entry.name}`);
      else ignoreNotFound(() => calls.unlinkSync(`${path}/${entry.name}`));
    }
    calls.rmdirSync(path);
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST') && !isNotWritable(error)) throw error;
  }
}
