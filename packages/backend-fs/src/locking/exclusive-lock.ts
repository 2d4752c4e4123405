import { StorageError } from '@anybucket/core/backend';
import { hasErrno, ignoreNotFound } from '../system/errno.js';
import type { FileCalls } from '../system/file-calls.js';
import { createTextFile, isNoRegularFile, readTextFile } from '../system/files.js';
import { createLockOwner, isAlive, parseLockOwner } from './lock-owner.js';
import type { LockOwner } from './lock-owner.js';

const ownerFile = 'owner';
/** Other processes may release the lock meanwhile, and acquire it again. */
const maxAttempts = 100;

/**
 * An exclusive lock without kernel locks. The lock is a directory that is renamed into place with its owner's file in it, so that it never exists
 * without an owner. The lock of a dead process is broken by one process at a time.
 */
export class ExclusiveLock {
  readonly #calls: FileCalls;
  readonly #path: string;
  readonly #reason: string;
  readonly #owner = createLockOwner();

  /** @param reason Why kernel locks are unavailable, for the error message. */
  constructor(calls: FileCalls, path: string, reason: string) {
    this.#calls = calls;
    this.#path = path;
    this.#reason = reason;
  }

  /** Returns whether the lock is held. It may have been removed by hand, and acquired by another process. */
  isHeld(): boolean {
    return readOwner(this.#calls, this.#path)?.id === this.#owner.id;
  }

  /** Acquires the lock. @throws `ConfigError` when a live process holds it. */
  acquire(): void {
    acquire(this.#calls, this.#path, this.#owner, this.#reason);
  }

  /** Releases the lock if it is held. */
  release(): void {
    if (this.isHeld()) remove(this.#calls, this.#path);
  }
}

/** Returns the live process that holds an exclusive lock. */
export function findExclusiveLockOwner(calls: FileCalls, path: string): LockOwner | undefined {
  const owner = readOwner(calls, path);
  return owner !== undefined && isAlive(owner) ? owner : undefined;
}

function acquire(calls: FileCalls, path: string, owner: LockOwner, reason: string): void {
  const ownPath = `${path}-${owner.id}`;
  calls.mkdirSync(ownPath);
  try {
    createTextFile(calls, `${ownPath}/${ownerFile}`, JSON.stringify(owner));
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (tryRename(calls, ownPath, path)) return;
      const holder = readOwner(calls, path);
      if (holder === undefined) continue;
      if (isAlive(holder)) throw heldBy(holder, path, reason);
      // Only the process that holds this second lock may remove the dead owner's lock.
      const breakerPath = `${path}-${holder.id}-broken`;
      acquire(calls, breakerPath, owner, reason);
      if (readOwner(calls, path)?.id === holder.id) remove(calls, path);
      remove(calls, breakerPath);
    }
    throw damaged(path);
  } catch (error) {
    remove(calls, ownPath);
    throw error;
  }
}

function heldBy({ pid, host }: LockOwner, path: string, reason: string): StorageError {
  return new StorageError({
    code: 'ConfigError',
    message: `the root is in use by process ${pid} on ${host}, and cannot be shared because ${reason}; if that process no longer exists, remove ${path}`,
  });
}

/** Renames a directory. @returns False when the target exists. */
function tryRename(calls: FileCalls, from: string, to: string): boolean {
  try {
    calls.renameSync(from, to);
    return true;
  } catch (error) {
    if (hasErrno(error, 'ENOTEMPTY', 'EEXIST', 'EPERM')) return false;
    if (hasErrno(error, 'ENOTDIR') && !(error instanceof StorageError)) throw damaged(to);
    throw error;
  }
}

function readOwner(calls: FileCalls, path: string): LockOwner | undefined {
  let text: string;
  try {
    text = readTextFile(calls, `${path}/${ownerFile}`);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    if (isNoRegularFile(error)) throw damaged(path);
    throw error;
  }
  const owner = parseLockOwner(text);
  if (owner !== undefined) return owner;
  throw damaged(path);
}

function damaged(path: string): StorageError {
  return new StorageError({ code: 'ConfigError', message: `${path} is damaged; remove it if no other process uses the root` });
}

/** The lock may have been removed by hand. */
function remove(calls: FileCalls, path: string): void {
  try {
    ignoreNotFound(() => calls.unlinkSync(`${path}/${ownerFile}`));
    ignoreNotFound(() => calls.rmdirSync(path));
  } catch (error) {
    if (!hasErrno(error, 'ENOTDIR', 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}
