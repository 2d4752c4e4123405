import type { Stats } from 'node:fs';
import { StorageError } from '@anybucket/core/backend';
import { isStoredAtPath, keyHash } from '../layout/key-paths.js';
import { bucketPaths } from '../layout/paths.js';
import type { BucketPaths } from '../layout/paths.js';
import { HashedKeys } from '../listing/hashed-keys.js';
import { bucketRange, keyRange } from '../locking/locks.js';
import type { LockRange } from '../locking/locks.js';
import { bodyId } from '../records/body-id.js';
import { RecordFiles } from '../records/record-files.js';
import { findNonDirectory, makeDirectory, removeEmptyTree, removeTree, unsupportedFileType } from '../system/directories.js';
import type { NonDirectory } from '../system/directories.js';
import { hasErrno, ignoreNotFound } from '../system/errno.js';
import { openFlags } from '../system/file-calls.js';
import { lstatOrUndefined } from '../system/files.js';
import type { Root } from './root.js';

/** The file that holds the current body of an object. */
export interface LocatedBody {
  readonly path: string;
  /** The version of the body: a `bodyId`. */
  readonly id: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** The places where the body of a key may be. */
export interface KeyLocation {
  /** The current body. */
  readonly body: LocatedBody | undefined;
  /** The path named by the hash of the key. */
  readonly hashedPath: string;
  /** The path named by the key. Undefined when the key cannot be stored as a path. */
  readonly keyPath?: KeyPath;
}

/** The state of the path named by a key. */
interface KeyPath {
  readonly path: string;
  /** The first ancestor that is not a directory. */
  readonly blockedBy: NonDirectory | undefined;
  /** The stats of the path, or undefined when nothing exists there. */
  readonly stats: Stats | undefined;
}

/** The directory of one bucket, with its records and hashed bodies. */
export class BucketDirectory {
  readonly name: string;
  readonly root: Root;
  readonly paths: BucketPaths;
  readonly records: RecordFiles;
  /** The keys of hashed bodies. */
  readonly hashedKeys: HashedKeys;
  readonly #range: LockRange;
  #isChecked = false;

  constructor(root: Root, name: string) {
    this.root = root;
    this.name = name;
    this.paths = bucketPaths(root.paths, name);
    this.records = new RecordFiles(root, this.paths.records);
    this.hashedKeys = new HashedKeys(root.directories, this.paths.hashedBodies, this.records);
    this.#range = bucketRange(name);
  }

  exists(): boolean {
    return lstatOrUndefined(this.root.calls, this.paths.bucket)?.isDirectory() === true;
  }

  /** @throws `NoSuchBucket`; `AccessDenied` when an internal directory is a symbolic link. */
  requireExists(): void {
    if (!this.exists()) throw new StorageError({ code: 'NoSuchBucket', bucket: this.name, message: 'the bucket does not exist' });
    if (!this.#isChecked) this.#checkInternalDirectories();
  }

  /** Runs a synchronous action while no other process writes the key. @throws `Timeout`. */
  withLock<T>(key: string, signal: AbortSignal | undefined, action: () => T): Promise<T> {
    return this.root.locks.withLock(keyRange(this.#range, keyHash(key)), signal, action);
  }

  /** Returns the path of a key's body when it is stored under the hash of the key. */
  hashedBodyPath(key: string): string {
    return `${this.paths.hashedBodies}/${keyHash(key)}`;
  }

  /** Looks for the body of a key. Of two bodies, the one at the path named by the key is current. */
  locate(key: string): KeyLocation {
    const { calls, rules } = this.root;
    const hashedPath = this.hashedBodyPath(key);
    if (!isStoredAtPath(key, rules)) return { body: toBody(hashedPath, lstatOrUndefined(calls, hashedPath)), hashedPath };
    const path = `${this.paths.bucket}/${key}`;
    const blockedBy = findNonDirectory(calls, this.paths.bucket, key);
    const stats = blockedBy === undefined ? lstatOrUndefined(calls, path) : undefined;
    const body = toBody(path, stats) ?? toBody(hashedPath, lstatOrUndefined(calls, hashedPath));
    return { body, hashedPath, keyPath: { path, blockedBy, stats } };
  }

  /** Looks for the body of a key. Without the lock, undefined may also mean that a writer is moving the body. */
  locateBody(key: string): LocatedBody | undefined {
    return this.locate(key).body;
  }

  /** Looks for the body of a key, the second time under the lock. @returns Undefined when there is no object. */
  async findBody(key: string, signal: AbortSignal | undefined): Promise<LocatedBody | undefined> {
    return this.locateBody(key) ?? this.withLock(key, signal, () => this.locateBody(key));
  }

  /** Opens a body. @returns Undefined when it has been replaced or removed. */
  open(body: LocatedBody): number | undefined {
    const { calls } = this.root;
    let fd: number;
    try {
      fd = calls.openSync(body.path, openFlags.read);
    } catch (error) {
      if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return undefined;
      throw error;
    }
    const stats = calls.fstatSync(fd);
    if (stats.isFile() && bodyId(stats) === body.id) return fd;
    calls.closeSync(fd);
    return undefined;
  }

  /** Creates the bucket. @returns False when it exists. @throws `BucketAlreadyExists` when a file or a symbolic link has its name. */
  create(signal: AbortSignal | undefined): Promise<boolean> {
    const { calls, locks } = this.root;
    return locks.withLock(this.#range, signal, () => {
      if (this.exists()) return false;
      // If the directory was removed by hand, the records of its objects are left.
      removeTree(calls, this.paths.internal);
      if (makeDirectory(calls, this.paths.bucket)) return true;
      throw new StorageError({ code: 'BucketAlreadyExists', message: `${this.paths.bucket} is not a directory` });
    });
  }

  /** Removes the bucket. @returns False when it does not exist. @throws `BucketNotEmpty`. */
  remove(signal: AbortSignal | undefined): Promise<boolean> {
    const { calls, locks } = this.root;
    return locks.withLock(this.#range, signal, () => {
      if (!this.exists()) return false;
      if (this.#hasHashedBody() || !removeEmptyTree(calls, this.paths.bucket))
        throw new StorageError({ code: 'BucketNotEmpty', message: 'the bucket is not empty' });
      removeTree(calls, this.paths.internal);
      return true;
    });
  }

  /** Checks once that no internal directory is a symbolic link, which might lead outside of the root. */
  #checkInternalDirectories(): void {
    for (const path of [this.paths.internal, this.paths.hashedBodies]) {
      const stats = lstatOrUndefined(this.root.calls, path);
      if (stats !== undefined && !stats.isDirectory()) throw unsupportedFileType(path);
    }
    this.#isChecked = true;
  }

  #hasHashedBody(): boolean {
    let names: string[] = [];
    ignoreNotFound(() => (names = this.root.calls.readdirSync(this.paths.hashedBodies)));
    return names.length > 0;
  }
}

function toBody(path: string, stats: Stats | undefined): LocatedBody | undefined {
  return stats?.isFile() === true ? { path, id: bodyId(stats), size: stats.size, mtimeMs: stats.mtimeMs } : undefined;
}
