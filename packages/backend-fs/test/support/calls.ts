import fs from 'node:fs';
import type { PathLike, Stats } from 'node:fs';
import type { FileCalls } from '@anybucket/backend-fs';

/** The system's calls, with some of them replaced. */
export function callsWith(own: Partial<FileCalls>): FileCalls {
  return { ...(fs as FileCalls), ...own };
}

/** A volume that keeps modification times in whole steps. @param step in ms. */
export function coarseCalls(step: number): FileCalls {
  const coarse = (stats: Stats | undefined): Stats | undefined =>
    stats && Object.assign(stats, { mtimeMs: Math.floor(stats.mtimeMs / step) * step });
  const floor = (seconds: number): number => (Math.floor((seconds * 1000) / step) * step) / 1000;
  return callsWith({
    lstatSync: ((path: PathLike, options?: fs.StatSyncOptions) =>
      coarse(fs.lstatSync(path, options) as Stats | undefined)) as FileCalls['lstatSync'],
    fstatSync: ((fd: number) => coarse(fs.fstatSync(fd))) as FileCalls['fstatSync'],
    futimesSync: (fd, atime, mtime) => fs.futimesSync(fd, atime, floor(Number(mtime))),
    utimesSync: (path, atime, mtime) => fs.utimesSync(path, atime, floor(Number(mtime))),
  });
}

/** A volume on which names that differ in case or normal form are one file, and come back in one form. */
export interface FoldingVolume {
  readonly calls: FileCalls;
  /** The path under which the volume really keeps a file. */
  readonly real: (path: string) => string;
}

/** @param root below which names are folded. @param form of the names that come back. */
export function foldingVolume(root: string, form: 'NFC' | 'NFD' = 'NFC'): FoldingVolume {
  const real = (path: string): string =>
    path.startsWith(root) ? root + path.slice(root.length).normalize('NFD').toLowerCase().normalize(form) : path;
  const calls = new Proxy<FileCalls>(fs, {
    get(target, name: keyof FileCalls) {
      const call = target[name] as (...given: unknown[]) => unknown;
      return (...given: unknown[]) =>
        call.apply(
          target,
          given.map((one) => (typeof one === 'string' ? real(one) : one)),
        );
    },
  });
  return { calls, real };
}

/** Calls that fail for paths that end so. */
export function failingCalls(names: readonly (keyof FileCalls)[], ending: string, code: string): FileCalls {
  return new Proxy<FileCalls>(fs, {
    get(target, name: keyof FileCalls) {
      const call = target[name] as (...given: unknown[]) => unknown;
      if (!names.includes(name)) return call;
      return (...given: unknown[]) => {
        if (given.some((one) => typeof one === 'string' && one.endsWith(ending)))
          throw Object.assign(new Error(`${code}: ${name}`), { code, errno: -1 });
        return call.apply(target, given);
      };
    },
  });
}
