import fs from 'node:fs';
import type { PathLike, Stats } from 'node:fs';
import type { FileCalls } from '@anybucket/backend-fs';

/** The functions of `node:fs` with some of them replaced. */
export function callsWith(replacements: Partial<FileCalls>): FileCalls {
  return { ...(fs as FileCalls), ...replacements };
}

/** Simulates a volume with coarse modification times. @param step The resolution in milliseconds. */
export function coarseCalls(step: number): FileCalls {
  const coarse = (stats: Stats | undefined): Stats | undefined =>
    stats && Object.assign(stats, { mtimeMs: Math.floor(stats.mtimeMs / step) * step });
  const floor = (seconds: number): number => (Math.floor((seconds * 1000) / step) * step) / 1000;
  return callsWith({
    lstatSync: ((path: PathLike, options?: fs.StatSyncOptions) =>
      coarse(fs.lstatSync(path, options) as Stats | undefined)) as FileCalls['lstatSync'],
    fstatSync: ((fd: number) => coarse(fs.fstatSync(fd))) as FileCalls['fstatSync'],
    futimesSync: (fd, atime, mtime) => fs.futimesSync(fd, atime, floor(Number(mtime))),
  });
}

/** A volume on which names that differ only in case or normalization are the same file. */
export interface FoldingVolume {
  readonly calls: FileCalls;
  /** Returns the path under which a file is really stored. */
  readonly real: (path: string) => string;
}

/** Simulates a volume that folds names. @param root The directory below which names are folded. @param form The form of the listed names. */
export function foldingVolume(root: string, form: 'NFC' | 'NFD' = 'NFC'): FoldingVolume {
  const fold = (path: string): string => path.normalize('NFD').toLowerCase().normalize(form);
  const real = (path: string): string => {
    const base = path.startsWith(root) ? root : (/^\/proc\/self\/fd\/\d+/.exec(path)?.[0] ?? path);
    return base + fold(path.slice(base.length));
  };
  const calls = new Proxy<FileCalls>(fs, {
    get(target, name: keyof FileCalls) {
      const call = target[name] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) =>
        call.apply(
          target,
          args.map((arg) => (typeof arg === 'string' ? real(arg) : arg)),
        );
    },
  });
  return { calls, real };
}

/** Returns functions that fail for paths with an ending. */
export function failingCalls(names: readonly (keyof FileCalls)[], ending: string, code: string): FileCalls {
  return new Proxy<FileCalls>(fs, {
    get(target, name: keyof FileCalls) {
      const call = target[name] as (...args: unknown[]) => unknown;
      if (!names.includes(name)) return call;
      return (...args: unknown[]) => {
        if (args.some((arg) => typeof arg === 'string' && arg.endsWith(ending)))
          throw Object.assign(new Error(`${code}: ${name}`), { code, errno: -1 });
        return call.apply(target, args);
      };
    },
  });
}
