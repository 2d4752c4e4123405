import type { SortedKeys } from '@anybucket/core/backend';
import { compareKeys, maxKeyBytes } from '@anybucket/core/backend';
import { isObjectPath } from '../layout/key-paths.js';
import type { NameRules } from '../layout/key-paths.js';
import type { DirectoryCache, DirectoryNames } from './directory-cache.js';

/** Thrown by {@link BucketKeys.seek} when a large directory must be read first. */
export class DirectoryNotLoaded extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is not loaded`);
    this.path = path;
  }
}

/**
 * The keys of one bucket in order, for one page: the files below its directory, merged with the keys of hashed bodies. Each directory is read once
 * per page.
 */
export class BucketKeys implements SortedKeys {
  readonly #cache: DirectoryCache;
  readonly #directory: string;
  readonly #rules: NameRules;
  readonly #hashedKeys: DirectoryNames;
  readonly #loaded = new Map<string, DirectoryNames>();

  /** @param hashedKeys The keys of hashed bodies, in order. */
  constructor(cache: DirectoryCache, directory: string, rules: NameRules, hashedKeys: DirectoryNames) {
    this.#cache = cache;
    this.#directory = directory;
    this.#rules = rules;
    this.#hashedKeys = hashedKeys;
  }

  /** Adds a directory that was loaded after {@link DirectoryNotLoaded}. */
  addDirectory(path: string, names: DirectoryNames): void {
    this.#loaded.set(path, names);
  }

  /** Returns the first key from `from` on. @throws {@link DirectoryNotLoaded} */
  seek(from: string, exclusive: boolean): string | undefined {
    const matches = (key: string): boolean => (exclusive ? compareKeys(key, from) > 0 : compareKeys(key, from) >= 0);
    const path = this.#seekBelow('', from, matches);
    const hashed = seekSorted(this.#hashedKeys, from, exclusive);
    if (path === undefined || hashed === undefined) return path ?? hashed;
    return compareKeys(hashed, path) < 0 ? hashed : path;
  }

  /** Returns the first matching key below a directory. @param prefix Empty for the bucket's directory, otherwise with a trailing `/`. */
  #seekBelow(prefix: string, from: string, matches: (key: string) => boolean): string | undefined {
    const names = this.#namesIn(prefix);
    // The directory before the lower bound may contain keys after `from`.
    for (let i = Math.max(0, lowerBound(names, prefix, from) - 1); i < names.length; i++) {
      const path = prefix + (names[i] ?? '');
      if (!path.endsWith('/')) {
        if (matches(path) && isObjectPath(path, this.#rules)) return path;
      } else if ((from.startsWith(path) || compareKeys(path, from) > 0) && !exceedsKey(path)) {
        const key = this.#seekBelow(path, from, matches);
        if (key !== undefined) return key;
      }
    }
    return undefined;
  }

  #namesIn(prefix: string): DirectoryNames {
    const path = this.#directory + (prefix === '' ? '' : `/${prefix.slice(0, -1)}`);
    let names = this.#loaded.get(path);
    if (names !== undefined) return names;
    names = this.#cache.get(path, prefix === '');
    if (names === undefined) throw new DirectoryNotLoaded(path);
    this.#loaded.set(path, names);
    return names;
  }
}

/** Returns whether a path is too long for any key to begin with it. The system may not even accept such a path. */
function exceedsKey(path: string): boolean {
  return path.length > maxKeyBytes / 3 && Buffer.byteLength(path) >= maxKeyBytes;
}

/** Returns the first of sorted keys from `from` on. */
export function seekSorted(keys: readonly string[], from: string, exclusive: boolean): string | undefined {
  const index = lowerBound(keys, '', from);
  return keys[exclusive && keys[index] === from ? index + 1 : index];
}

/** Returns the index of the first name that, with the prefix, is not before `from`. */
function lowerBound(names: DirectoryNames, prefix: string, from: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(prefix + (names[middle] ?? ''), from) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
