import fs from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { FileCalls } from '@anybucket/backend-fs';

/** The content and attributes of a file. */
interface FileVersion {
  readonly content: Buffer;
  readonly mode: number;
  readonly mtimeUs: number;
}

/** A file, by its inode. */
interface TrackedFile {
  current: FileVersion;
  /** As of the last `fsync`. Undefined before the first one. */
  flushed: FileVersion | undefined;
}

/** A change of the directory tree, which a file system applies as a whole or not at all. Paths are relative to the disk. */
interface TreeChange {
  readonly type: 'mkdir' | 'create' | 'link' | 'rename' | 'unlink' | 'rmdir';
  readonly path: string;
  /** The other path of a rename. */
  readonly from?: string;
  readonly file?: TrackedFile;
  isFlushed: boolean;
}

const { O_CREAT } = fs.constants;

/**
 * A directory for which the changes are recorded, and whether they were flushed: a file by an `fsync` of it, an entry of a directory by an `fsync`
 * of the directory. Linux only, because it reads the paths of open files from `/proc`.
 */
export class VolatileDisk {
  readonly calls: FileCalls;
  readonly #path: string;
  readonly #changes: TreeChange[] = [];
  readonly #files = new Map<number, TrackedFile>();
  #remaining = Infinity;
  #stoppedAt: string | undefined;

  /** @param path The directory. It is created. */
  constructor(path: string) {
    this.#path = path;
    fs.mkdirSync(path);
    const tracked = this.#trackedCalls();
    this.calls = new Proxy<FileCalls>(fs, {
      get: (target, name: keyof FileCalls) => {
        const call = (tracked[name] ?? target[name]) as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => {
          if (--this.#remaining <= 0) {
            this.#stoppedAt ??= name;
            throw new Error('the power failed');
          }
          return call.apply(target, args);
        };
      },
    });
  }

  /** The name of the call before which the power failed. */
  get stoppedAt(): string | undefined {
    return this.#stoppedAt;
  }

  /** From the n-th call on, every call fails without effect. */
  stopBefore(n: number): void {
    this.#remaining = n;
  }

  /** Lets a datastore close its files. */
  resume(): void {
    this.#remaining = Infinity;
  }

  /**
   * Writes what is on the disk after a power failure to a directory: everything that was flushed, and any part of the rest.
   * @param isWritten Decides about each file and each change of the tree that was not flushed.
   * @returns What was lost.
   */
  restore(path: string, isWritten: () => boolean): string[] {
    const lost: string[] = [];
    const directories = new Set(['.']);
    const files = new Map<string, TrackedFile>();
    const lostPaths = new Set<string>();
    for (const change of this.#changes) {
      // Two changes of one name are not reordered. A rename needs no earlier change of its source, as it refers to the inode.
      if (change.isFlushed || (!lostPaths.has(change.path) && isWritten())) {
        apply(change, directories, files);
      } else {
        lost.push(`${change.type} ${change.path}`);
        for (const name of [change.path, change.from]) if (name !== undefined) lostPaths.add(name);
      }
    }
    fs.mkdirSync(path, { recursive: true });
    // A directory comes after its parent.
    for (const directory of [...directories].sort()) fs.mkdirSync(join(path, directory), { recursive: true });
    for (const [name, { current, flushed }] of files) {
      if (!directories.has(dirname(name))) continue;
      const isCurrent = current === flushed || isWritten();
      if (!isCurrent) lost.push(`content of ${name}`);
      const { content, mode, mtimeUs } = isCurrent ? current : (flushed ?? { ...current, content: Buffer.alloc(0) });
      fs.writeFileSync(join(path, name), content);
      fs.chmodSync(join(path, name), mode);
      fs.utimesSync(join(path, name), mtimeUs / 1e6, mtimeUs / 1e6);
    }
    return lost;
  }

  #trackedCalls(): Partial<FileCalls> {
    const afterwards =
      (fd: number, action: (fd: number) => void, callback: (error: Error | null, ...rest: unknown[]) => void) =>
      (error: Error | null, ...rest: unknown[]) => {
        if (error === null) action(fd);
        callback(error, ...rest);
      };
    const modified = (fd: number): void => this.#modified(fd);
    const flushed = (fd: number): void => this.#flushed(fd);
    return {
      mkdirSync: ((path: string, options?: fs.MakeDirectoryOptions) => {
        const name = this.#nameOf(path);
        fs.mkdirSync(path, options);
        this.#changes.push({ type: 'mkdir', path: name, isFlushed: false });
      }) as FileCalls['mkdirSync'],
      rmdirSync: (path) => {
        const name = this.#nameOf(String(path));
        fs.rmdirSync(path);
        this.#changes.push({ type: 'rmdir', path: name, isFlushed: false });
      },
      unlinkSync: (path) => {
        const name = this.#nameOf(String(path));
        fs.unlinkSync(path);
        this.#changes.push({ type: 'unlink', path: name, isFlushed: false });
      },
      renameSync: (from, to) => {
        const [fromName, name] = [this.#nameOf(String(from)), this.#nameOf(String(to))];
        const file = this.#files.get(fs.lstatSync(from).ino);
        fs.renameSync(from, to);
        this.#changes.push({ type: 'rename', path: name, from: fromName, isFlushed: false, ...(file && { file }) });
      },
      linkSync: (from, to) => {
        const file = this.#files.get(fs.lstatSync(from).ino);
        fs.linkSync(from, to);
        this.#changes.push({ type: 'link', path: this.#nameOf(String(to)), isFlushed: false, ...(file && { file }) });
      },
      openSync: ((path: string, flags: number) => {
        const isNew = (flags & O_CREAT) !== 0 && fs.lstatSync(path, { throwIfNoEntry: false }) === undefined;
        const fd = fs.openSync(path, flags);
        if (isNew) {
          const file = { current: versionOf(fd), flushed: undefined };
          this.#files.set(fs.fstatSync(fd).ino, file);
          this.#changes.push({ type: 'create', path: this.#nameOf(path), file, isFlushed: false });
        }
        return fd;
      }) as FileCalls['openSync'],
      writeSync: ((...args: Parameters<typeof fs.writeSync>) => {
        const count = fs.writeSync(...args);
        modified(args[0]);
        return count;
      }) as FileCalls['writeSync'],
      write: ((fd: number, buffer: Buffer, offset: number, length: number, position: number | null, callback: fs.NoParamCallback) =>
        fs.write(fd, buffer, offset, length, position, afterwards(fd, modified, callback as () => void))) as FileCalls['write'],
      futimesSync: (fd, atime, mtime) => {
        fs.futimesSync(fd, atime, mtime);
        modified(fd);
      },
      fchmodSync: (fd, mode) => {
        fs.fchmodSync(fd, mode);
        modified(fd);
      },
      // Not performed: there is no power failure.
      fsyncSync: flushed,
      fsync: ((fd: number, callback: fs.NoParamCallback) => {
        flushed(fd);
        setImmediate(callback, null);
      }) as FileCalls['fsync'],
    };
  }

  #modified(fd: number): void {
    const file = this.#files.get(fs.fstatSync(fd).ino);
    if (file !== undefined) file.current = versionOf(fd);
  }

  #flushed(fd: number): void {
    if (!fs.fstatSync(fd).isDirectory()) {
      const file = this.#files.get(fs.fstatSync(fd).ino);
      if (file !== undefined) file.flushed = file.current;
      return;
    }
    const name = relative(this.#path, pathOf(fd)) || '.';
    for (const change of this.#changes) {
      if (dirname(change.path) === name || (change.from !== undefined && dirname(change.from) === name)) change.isFlushed = true;
    }
  }

  /** Returns a path relative to the disk. It may be below an open directory: `/proc/self/fd/N/name`. */
  #nameOf(path: string): string {
    const [, fd, rest = ''] = /^\/proc\/self\/fd\/(\d+)(.*)$/.exec(path) ?? [];
    return relative(this.#path, fd === undefined ? path : pathOf(Number(fd)) + rest);
  }
}

function apply({ type, path, from, file }: TreeChange, directories: Set<string>, files: Map<string, TrackedFile>): void {
  switch (type) {
    case 'mkdir':
      if (directories.has(dirname(path))) directories.add(path);
      break;
    case 'rmdir':
      // An entry in it was removed before, but is still on the disk.
      if (![...directories, ...files.keys()].some((name) => dirname(name) === path)) directories.delete(path);
      break;
    case 'unlink':
      files.delete(path);
      break;
    case 'create':
    case 'link':
    case 'rename':
      if (from !== undefined) files.delete(from);
      if (file !== undefined) files.set(path, file);
      break;
  }
}

function versionOf(fd: number): FileVersion {
  const { mode, mtimeMs } = fs.fstatSync(fd);
  return { content: fs.readFileSync(`/proc/self/fd/${fd}`), mode: mode & 0o7777, mtimeUs: Math.round(mtimeMs * 1000) };
}

function pathOf(fd: number): string {
  return fs.readlinkSync(`/proc/self/fd/${fd}`);
}
