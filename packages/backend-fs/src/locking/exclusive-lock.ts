import { StorageError } from '@anybucket/core/backend';
import { hasErrno, ignoreNotFound } from '../system/errno.js';
import type { FileCalls } from '../system/file-calls.js';
import { createTextFile, readTextFile } from '../system/files.js';
import { createLockOwner, isAlive, parseLockOwner } from './lock-owner.js';
import type { LockOwner } from './lock-owner.js';

const ownerFile = 'owner';

/**
 * Acquires an exclusive lock without kernel locks. The lock is a directory that is renamed into place with its owner's file in it, so that it
 * never exists without an owner. The lock of a dead process is broken by one process at a time.
 * @param reason Why kernel locks are unavailable, for the error message.
 * @returns A function that releases the lock.
 * @throws `ConfigError` when a live process holds the lock.
 */
export function acquireExclusiveLock(calls: FileCalls, path: string, reason: string): () => void {
  return acquire(calls, path, createLockOwner(), reason);
}

/** Returns the live process that holds an exclusive lock. */
export function findExclusiveLockOwner(calls: FileCalls, path: string): LockOwner | undefined {
  const owner = readOwner(calls, path);
  return owner !== undefined && isAlive(owner) ? owner : undefined;
}

function acquire(calls: FileCalls, path: string, owner: LockOwner, reason: string): () => void {
  const ownPath = `${path}-${owner.id}`;
  calls.mkdirSync(ownPath);
  createTextFile(calls, `${ownPath}/${ownerFile}`, JSON.stringify(owner));
  try {
    for (;;) {
      if (tryRename(calls, ownPath, path)) return () => remove(calls, path);
      const holder = readOwner(calls, path);
      if (holder === undefined) continue;
      if (isAlive(holder)) throw heldBy(holder, path, reason);
      // Only the process that holds this second lock may remove the dead owner's lock.
      const releaseBreaker = acquire(calls, `${path}-${holder.id}-broken`, owner, reason);
      if (readOwner(calls, path)?.id === holder.id) remove(calls, path);
      releaseBreaker();
    }
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
    throw error;
  }
}

function readOwner(calls: FileCalls, path: string): LockOwner | undefined {
  let text: string | undefined;
  ignoreNotFound(() => (text = readTextFile(calls, `${path}/${ownerFile}`)));
  if (text === undefined) return undefined;
  const owner = parseLockOwner(text);
  if (owner !== undefined) return owner;
  throw new StorageError({ code: 'ConfigError', message: `${path} is damaged; remove it if no other process uses the root` });
}

function remove(calls: FileCalls, path: string): void {
  calls.unlinkSync(`${path}/${ownerFile}`);
  calls.rmdirSync(path);
}
