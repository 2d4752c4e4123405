import { dirname } from 'node:path';
import { StorageError } from '@anybucket/core/backend';
import { hasErrno, look, makeFolder } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import { FolderCache } from '../listing/directory-cache.js';
import { settleFormat } from '../layout/format.js';
import type { NameRules } from '../layout/key-paths.js';
import { Locks, rootRange } from '../locking/locks.js';
import { loadRangeLocks } from '../locking/range-locks.js';
import { TempFolder, sweepTempFolders } from './temp-directory.js';
import { probeVolume } from '../layout/volume.js';

/** Where a root is, and how it is treated. */
export interface RootSettings {
  /** Absolute. */
  readonly path: string;
  readonly create: boolean;
  readonly durable: boolean;
  readonly calls: FileCalls;
  /** How long a lock is waited for, in ms. */
  readonly lockTimeout: number;
}

/** The hidden folder with all that is not the body of an object. */
export const hiddenName = '.anybucket';

/** A root folder that is open. */
export class Root {
  /** Without symbolic links. */
  readonly path: string;
  readonly hidden: string;
  readonly rules: NameRules;
  /** The precision of modification times on the volume, in µs. */
  readonly step: number;
  readonly calls: FileCalls;
  readonly durable: boolean;
  readonly locks: Locks;
  readonly temp: TempFolder;
  readonly folders: FolderCache;

  private constructor(path: string, { calls, durable }: RootSettings, locks: Locks, temp: TempFolder) {
    this.path = path;
    this.hidden = `${path}/${hiddenName}`;
    this.calls = calls;
    this.durable = durable;
    this.locks = locks;
    this.temp = temp;
    const volume = probeVolume(calls, temp.path);
    this.step = volume.step;
    this.rules = settleFormat(calls, `${this.hidden}/format.json`, volume, temp.next());
    this.folders = new FolderCache(calls, this.rules, volume.step);
  }

  /**
   * Opens a root, makes it where it is missing, and sweeps what dead processes left.
   * @throws `ConfigError` (missing, a file, another format), `AccessDenied`.
   */
  static async open(settings: RootSettings): Promise<Root> {
    const { calls, lockTimeout } = settings;
    try {
      const path = findRoot(settings);
      const hidden = `${path}/${hiddenName}`;
      for (const folder of [hidden, `${hidden}/tmp`, `${hidden}/buckets`]) requireFolder(calls, folder);
      const locks = new Locks(await loadRangeLocks(calls, hidden), calls, `${hidden}/lock`, lockTimeout);
      return await locks.run(rootRange, undefined, () => {
        sweepTempFolders(calls, locks, `${hidden}/tmp`);
        return new Root(path, settings, locks, new TempFolder(calls, locks, `${hidden}/tmp`));
      });
    } catch (cause) {
      if (!hasErrno(cause, 'EACCES', 'EPERM', 'EROFS')) throw cause;
      throw new StorageError({
        code: 'AccessDenied',
        message: `the folder ${settings.path} can't be read and written: ${String(cause)}`,
        cause,
      });
    }
  }

  async close(): Promise<void> {
    try {
      // A sweep that came between would take the folder, once let go of, for a dead process's, and remove it with us.
      await this.locks.run(rootRange, undefined, () => this.temp.close());
    } finally {
      this.locks.close();
    }
  }
}

function findRoot({ calls, path, create }: RootSettings): string {
  try {
    if (create) makeParents(calls, path);
    if (calls.statSync(path).isDirectory()) return calls.realpathSync(path);
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT'))
      throw new StorageError({
        code: 'ConfigError',
        message: `there is no folder ${path}, and ${create ? 'none can be made' : '`create` is false'}`,
        cause,
      });
    if (!hasErrno(cause, 'EEXIST', 'ENOTDIR')) throw cause;
  }
  throw new StorageError({ code: 'ConfigError', message: `${path} is no folder` });
}

/** Makes a folder and its parents, one by one: where no folder can be made, as below `/proc`, the recursive form of Node never ends. */
function makeParents(calls: FileCalls, path: string): void {
  if (look(calls, path) !== undefined) return;
  if (dirname(path) !== path) makeParents(calls, dirname(path));
  makeFolder(calls, path);
}

/** A folder of ours, made where it is missing. A link in its place would lead outside. */
function requireFolder(calls: FileCalls, path: string): void {
  if (makeFolder(calls, path) || look(calls, path)?.isDirectory() === true) return;
  throw new StorageError({ code: 'ConfigError', message: `${path} is no folder` });
}
