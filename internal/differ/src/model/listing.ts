import { compareBytes } from './bytes.js';

/** What a listing asks for; see the options of `list`. */
export interface Asked {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
}

/** One entry: a key, or a folder with what its keys share. */
export interface Entry {
  readonly key: string;
  readonly folder: boolean;
  /** Each key that it stands for is below an object. */
  readonly below: boolean;
}

/** The whole listing of some keys. */
export function listed(keys: readonly string[], { prefix, delimiter, after }: Asked): Entry[] {
  const all = new Map<string, Entry>();
  const hidden = belowObjects(keys);
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : key.slice(prefix.length).indexOf(delimiter);
    const name = cut < 0 ? key : key.slice(0, prefix.length + cut + delimiter.length);
    if (after === '' || compareBytes(name, after) > 0) {
      all.set(name, { key: name, folder: cut >= 0, below: hidden.has(key) && all.get(name)?.below !== false });
    }
  }
  return Array.from(all.values()).sort((a, b) => compareBytes(a.key, b.key));
}

/** The keys below an object, which some servers don't list: those that go on behind `a/`, while there is an `a`. */
function belowObjects(keys: readonly string[]): ReadonlySet<string> {
  const present = new Set(keys);
  const isBelow = (key: string) => {
    for (let slash = key.indexOf('/'); slash >= 0 && slash < key.length - 1; slash = key.indexOf('/', slash + 1)) {
      if (present.has(key.slice(0, slash))) return true;
    }
    return false;
  };
  return new Set(keys.filter(isBelow));
}
