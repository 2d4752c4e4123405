import type { Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { VersioningState } from '@anybucket/core';
import { StorageError } from '@anybucket/core/backend';
import { makeInternalDirectory, replaceTextFile, unsupportedFileType } from '../system/directories.js';
import { hasErrno } from '../system/errno.js';
import { isNoRegularFile, lstatOrUndefined, readTextFile } from '../system/files.js';
import type { Root } from './root.js';

/** A second change of a directory within this time, in milliseconds, may leave its times as they are. */
const minAgeMs = 50;

interface CachedState {
  readonly state: VersioningState;
  /** The stats of the directory before the file was read. Undefined when it did not exist. */
  readonly stats: Stats | undefined;
  /** Milliseconds since 1970, before the file was read. */
  readonly readAt: number;
}

/**
 * The versioning state of a bucket, which any process may change. The file is read again when its directory has changed. A change locks the whole
 * bucket, so a state that was read under the lock of a key is valid as long as the lock is held.
 */
export class VersioningStateFile {
  readonly #root: Root;
  readonly #path: string;
  #cached: CachedState | undefined;

  constructor(root: Root, path: string) {
    this.#root = root;
    this.#path = path;
  }

  /**
   * @throws `ConfigError` for a damaged file, `AccessDenied` when its directory is a symbolic link. Writes without versions might otherwise replace
   *   what should be kept.
   */
  read(): VersioningState {
    const { calls } = this.#root;
    const readAt = Date.now();
    const stats = lstatOrUndefined(calls, dirname(this.#path));
    if (this.#cached !== undefined && this.#isFresh(this.#cached, stats)) return this.#cached.state;
    if (stats?.isDirectory() === false) throw unsupportedFileType(dirname(this.#path));
    const state = stats === undefined ? 'off' : this.#readFile();
    this.#cached = { state, stats, readAt };
    return state;
  }

  /** Replaces the state. The caller must hold the lock of the whole bucket. */
  write(state: 'enabled' | 'suspended'): void {
    const { calls, temp, durable } = this.#root;
    const internal = dirname(this.#path);
    this.#cached = undefined;
    for (const directory of [dirname(internal), internal]) makeInternalDirectory(calls, directory, durable);
    replaceTextFile(calls, this.#path, `${JSON.stringify({ state })}\n`, temp.create(), durable);
  }

  #isFresh({ stats, readAt }: CachedState, current: Stats | undefined): boolean {
    if (stats === undefined || current === undefined) return stats === current;
    if (stats.ino !== current.ino || stats.dev !== current.dev) return false;
    if (stats.mtimeMs !== current.mtimeMs || stats.ctimeMs !== current.ctimeMs) return false;
    return Math.max(current.mtimeMs, current.ctimeMs) < readAt - minAgeMs - (2 * this.#root.mtimeStepUs) / 1000;
  }

  #readFile(): VersioningState {
    let text: string;
    try {
      text = readTextFile(this.#root.calls, this.#path);
    } catch (error) {
      if (hasErrno(error, 'ENOENT')) return 'off';
      if (isNoRegularFile(error)) throw damaged(this.#path, error);
      throw error;
    }
    const state = parseState(text);
    if (state === undefined) throw damaged(this.#path);
    return state;
  }
}

function parseState(text: string): VersioningState | undefined {
  try {
    const { state } = Object(JSON.parse(text)) as { readonly state?: unknown };
    return state === 'enabled' || state === 'suspended' ? state : undefined;
  } catch {
    return undefined;
  }
}

function damaged(path: string, cause?: unknown): StorageError {
  return new StorageError({
    code: 'ConfigError',
    message: `${path} is not a file with the versioning state of a bucket; set the state again, or remove the file`,
    cause,
  });
}
