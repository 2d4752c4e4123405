import type { Stats } from 'node:fs';
import type { VersioningState } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import { isStoredAtPath, keyHash } from '../layout/key-paths.js';
import { bucketPaths } from '../layout/paths.js';
import type { BucketPaths } from '../layout/paths.js';
import { HashedKeys } from '../listing/hashed-keys.js';
import { bucketRange, keyRange } from '../locking/locks.js';
import type { LockRange } from '../locking/locks.js';
import { bodyId } from '../records/body-id.js';
import { HistoryFiles } from '../records/history-files.js';
import { HistoryLog } from '../records/history-log.js';
import { RecordFiles } from '../records/record-files.js';
import { makeDirectory, removeEmptyTree, removeTree, syncDirectory } from '../system/directories.js';
import { hasErrno, isNotWritable } from '../system/errno.js';
import { openFlags } from '../system/file-calls.js';
import { isNoRegularFile, lstatOrUndefined } from '../system/files.js';
import type { Root } from './root.js';
import { VersioningStateFile } from './versioning-state.js';

/** What an operation does with a root. */
export type Access = 'read' | 'write';

/** Opens the directory of a bucket, which need not exist. @throws `AccessDenied` for a write when the root can only be read. */
export type OpenBucket = (name: string, access: Access) => Promise<BucketDirectory>;

/** The file that holds the current body of an object. */
export interface LocatedBody {
  readonly path: string;
  /** The version of the body: a `bodyId`. */
  readonly id: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
  /** The type of the file, and its permissions. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
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
  /** The older versions and delete markers. */
  readonly histories: HistoryFiles;
  /** The keys that have older versions or delete markers. */
  readonly historyKeys: HashedKeys;
  readonly #versioning: VersioningStateFile;
  readonly #range: LockRange;

  constructor(root: Root, name: string) {
    this.root = root;
    this.name = name;
    this.paths = bucketPaths(root.paths, name);
    this.records = new RecordFiles(root, this.paths.records);
    this.hashedKeys = new HashedKeys(root.directories, this.paths.hashedBodies, this.records);
    this.histories = new HistoryFiles(root, this.paths);
    this.historyKeys = new HashedKeys(root.directories, this.paths.histories, this.histories);
    this.#versioning = new VersioningStateFile(root, this.paths.versioning);
    this.#range = bucketRange(name);
  }

  /** Reads the versioning state, which does not change while a key of the bucket is locked. @throws `ConfigError` for a damaged file. */
  versioning(): VersioningState {
    return this.#versioning.read();
  }

  /** Sets the versioning state. @throws `NoSuchBucket`, `Timeout`. */
  async setVersioning(state: 'enabled' | 'suspended', signal: AbortSignal | undefined): Promise<void> {
    this.requireExists();
    await this.root.requireVersionedFormat(signal);
    await this.root.locks.withLock(this.#range, signal, () => {
      this.requireExists();
      this.#versioning.write(state);
    });
  }

  exists(): boolean {
    return this.root.calls.isDirectory(this.paths.bucket);
  }

  /** @throws `NoSuchBucket`. */
  requireExists(): void {
    if (!this.exists()) throw this.#noSuchBucket();
  }

  /** Like {@link requireExists}, as of a moment ago, or as of now under the lock of a key. @throws `NoSuchBucket`. */
  requireExisted(): void {
    if (!this.root.calls.wasDirectory(this.paths.bucket)) throw this.#noSuchBucket();
  }

  /** Runs a synchronous action while no other process writes the key. @throws `Timeout`; `AccessDenied` when the root can only be read. */
  withLock<T>(key: string, signal: AbortSignal | undefined, action: () => T): Promise<T> {
    return this.root.locks.withLock(keyRange(this.#range, keyHash(key)), signal, action);
  }

  /** Like {@link withLock}, but without the lock when the root can only be read. The action is repeated when it cannot be read either. */
  async withLockIfWritable<T>(key: string, signal: AbortSignal | undefined, action: () => T): Promise<T> {
    if (this.root.isReadOnly) return action();
    try {
      return await this.withLock(key, signal, action);
    } catch (error) {
      // The lock file was removed, and cannot be created again.
      if (isNotWritable(error)) return action();
      throw error;
    }
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
    const stats = lstatOrUndefined(calls, path);
    const body = toBody(path, stats) ?? toBody(hashedPath, lstatOrUndefined(calls, hashedPath));
    return { body, hashedPath, keyPath: { path, stats } };
  }

  /** Looks for the body of a key. Without the lock, undefined may also mean that a writer is moving the body. */
  locateBody(key: string): LocatedBody | undefined {
    return this.locate(key).body;
  }

  /** Looks for the body of a key, the second time under the lock. @returns Undefined when there is no object. @throws `NoSuchBucket`. */
  async findBody(key: string, signal: AbortSignal | undefined): Promise<LocatedBody | undefined> {
    const { body, hashedPath } = this.locate(key);
    if (body === undefined) {
      this.requireExists();
      return this.withLockIfWritable(key, signal, () => this.locateBody(key));
    }
    // A body at the path of its key is in the directory of the bucket.
    if (body.path === hashedPath) this.requireExisted();
    return body;
  }

  /** Looks for the body of an older version. */
  locateOlder(key: string, seq: number): LocatedBody | undefined {
    const path = this.histories.bodyPath(keyHash(key), seq);
    return toBody(path, lstatOrUndefined(this.root.calls, path));
  }

  /**
   * Opens a body.
   * @param isChanging Whether the file may have been changed in place since, but is not shorter.
   * @returns Undefined when it has been replaced or removed.
   */
  open(body: LocatedBody, isChanging = false): number | undefined {
    const { calls } = this.root;
    let fd: number;
    try {
      fd = calls.openSync(body.path, openFlags.read);
    } catch (error) {
      if (isNoRegularFile(error)) return undefined;
      throw error;
    }
    const stats = calls.fstatSync(fd);
    if (stats.isFile() && (isChanging ? stats.ino === body.ino && stats.size >= body.size : bodyId(stats) === body.id)) return fd;
    calls.closeSync(fd);
    return undefined;
  }

  /** Creates the bucket. @returns False when it exists. @throws `BucketAlreadyExists` when a file or a symbolic link has its name. */
  create(signal: AbortSignal | undefined): Promise<boolean> {
    const { calls, locks, durable } = this.root;
    return locks.withLock(this.#range, signal, () => {
      if (this.exists()) return false;
      if (lstatOrUndefined(calls, this.paths.bucket) === undefined) {
        // If the directory was removed by hand, the records of its objects are left.
        removeTree(calls, this.paths.internal);
        if (makeDirectory(calls, this.paths.bucket, durable)) return true;
      }
      throw new StorageError({ code: 'BucketAlreadyExists', message: `${this.paths.bucket} is not a directory` });
    });
  }

  /** Removes the bucket. @returns False when it does not exist. @throws `BucketNotEmpty`. */
  async remove(signal: AbortSignal | undefined): Promise<boolean> {
    const { calls, locks, durable, paths } = this.root;
    // A root that was removed is not created again.
    if (!this.exists()) return false;
    return locks.withLock(this.#range, signal, () => {
      if (!this.exists()) return false;
      if (this.#hasHashedBody() || this.#hasVersion() || !removeEmptyTree(calls, this.paths.bucket))
        throw new StorageError({ code: 'BucketNotEmpty', message: 'the bucket is not empty' });
      if (durable) syncDirectory(calls, paths.root);
      removeTree(calls, this.paths.internal);
      return true;
    });
  }

  #noSuchBucket(): StorageError {
    return new StorageError({ code: 'NoSuchBucket', bucket: this.name, message: 'the bucket does not exist' });
  }

  #hasHashedBody(): boolean {
    return this.#namesIn(this.paths.hashedBodies).length > 0;
  }

  /** Whether there is an older version or a delete marker. Histories of existing objects need not be told apart: these are found next. */
  #hasVersion(): boolean {
    return this.#namesIn(this.paths.histories).some((hash) => {
      const key = this.histories.readKey(hash);
      if (key === undefined || keyHash(key) !== hash) return false;
      return new HistoryLog(this.histories.read(key, hash)).seqs().length > 0;
    });
  }

  #namesIn(directory: string): string[] {
    try {
      return this.root.calls.readdirSync(directory);
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return [];
      throw error;
    }
  }
}

function toBody(path: string, stats: Stats | undefined): LocatedBody | undefined {
  if (stats?.isFile() !== true) return undefined;
  const { size, mtimeMs, ino, mode, uid, gid } = stats;
  return { path, id: bodyId(stats), size, mtimeMs, ino, mode, uid, gid };
}
