import type { SortedKeys } from '@anybucket/core/backend';
import { compareKeys } from '@anybucket/core/backend';
import type { FolderCache, FolderNames } from './directory-cache.js';
import { keyOfPath } from '../layout/key-paths.js';
import type { NameRules } from '../layout/key-paths.js';

/** Thrown when a key can't be told before a large folder has been read. */
export class UnreadFolder extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is not read yet`);
    this.path = path;
  }
}

/**
 * The keys of one bucket in order, for one page: the files below its folder, merged with the keys whose bodies are under digests. Each folder is
 * looked at once.
 */
export class BucketKeys implements SortedKeys {
  readonly #cache: FolderCache;
  readonly #root: string;
  readonly #rules: NameRules;
  readonly #hidden: FolderNames;
  readonly #seen = new Map<string, FolderNames>();

  /** @param hidden the keys under digests, in order. */
  constructor(cache: FolderCache, root: string, rules: NameRules, hidden: FolderNames) {
    this.#cache = cache;
    this.#root = root;
    this.#rules = rules;
    this.#hidden = hidden;
  }

  /** Takes a folder that was read. */
  provide(path: string, names: FolderNames): void {
    this.#seen.set(path, names);
  }

  /** @throws UnreadFolder. */
  seek(from: string, exclusive: boolean): string | undefined {
    const least = (key: string): boolean => (exclusive ? compareKeys(key, from) > 0 : compareKeys(key, from) >= 0);
    const path = this.#below('', from, least);
    const hidden = firstFrom(this.#hidden, from, least);
    if (path === undefined || hidden === undefined) return path ?? hidden;
    return compareKeys(hidden, path) < 0 ? hidden : path;
  }

  /** The first key in or below a folder that is late enough. */
  #below(prefix: string, from: string, least: (key: string) => boolean): string | undefined {
    const names = this.#namesIn(prefix);
    // A folder may be before `from` and hold keys behind it: the search begins one earlier.
    for (let i = Math.max(0, lowerBound(names, prefix, from) - 1); i < names.length; i++) {
      const path = prefix + (names[i] ?? '');
      if (!path.endsWith('/')) {
        if (least(path) && keyOfPath(path, this.#rules) !== undefined) return path;
      } else if (from.startsWith(path) || compareKeys(path, from) > 0) {
        const key = this.#below(path, from, least);
        if (key !== undefined) return key;
      }
    }
    return undefined;
  }

  #namesIn(prefix: string): FolderNames {
    const path = this.#root + (prefix === '' ? '' : `/${prefix.slice(0, -1)}`);
    let names = this.#seen.get(path);
    if (names !== undefined) return names;
    names = this.#cache.get(path);
    if (names === undefined) throw new UnreadFolder(path);
    this.#seen.set(path, names);
    return names;
  }
}

function firstFrom(keys: readonly string[], from: string, least: (key: string) => boolean): string | undefined {
  const at = lowerBound(keys, '', from);
  const key = keys[at];
  return key === undefined || least(key) ? key : keys[at + 1];
}

/** Where the first of the sorted names stands that, behind the prefix, is not before `from`. */
function lowerBound(names: FolderNames, prefix: string, from: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareKeys(prefix + (names[middle] ?? ''), from) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
