import { hash } from 'node:crypto';
import { checkKey } from '@anybucket/core/backend';

/**
 * The names that a volume cannot store or cannot tell apart. They are determined when a root is created, and then stored in its `format.json`
 * under these field names.
 */
export interface NameRules {
  /** Names that differ only in case or in Unicode normalization are the same file. */
  readonly foldsNames: boolean;
  /** Names that Windows rejects or alters cannot be stored. */
  readonly windowsNames: boolean;
  /** The maximum length of a key that is stored as a path, in bytes of UTF-8. */
  readonly longestPath: number;
}

/** The assumed rules of a root without a `format.json`, as long as its volume has not been probed. */
export const defaultRules: NameRules = {
  foldsNames: process.platform !== 'linux',
  windowsNames: process.platform === 'win32',
  longestPath: process.platform === 'darwin' ? 512 : 1024,
};

const windowsReserved = /[<>:"|?*\\\0-\x1f]|[. ]$/;
const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
// `progra~1` may be the short name of another file.
const windowsShortName = /~\d/;
// A volume may ignore or fold these by a Unicode version other than Node's.
const foldsUnpredictably = /[\p{Default_Ignorable_Code_Point}\p{Cn}]/u;

/**
 * Returns whether the body of a key is stored at the path `<bucket>/<key>`, or else under the hash of the key. This depends only on the name
 * rules, with one exception: while `a/` is a directory, the body of `a` is stored under its hash.
 */
export function isStoredAtPath(key: string, { foldsNames, windowsNames, longestPath }: NameRules): boolean {
  if (key.endsWith('/')) return false;
  // UTF-8 takes at most three bytes per UTF-16 code unit.
  if (key.length > longestPath / 3 && Buffer.byteLength(key) > longestPath) return false;
  if (foldsNames && (fold(key) !== key || foldsUnpredictably.test(key))) return false;
  return !windowsNames || key.split('/').every(isWindowsName);
}

/** Returns whether a path below a bucket's directory is the path of an object. Its key is the path. */
export function isObjectPath(path: string, rules: NameRules): boolean {
  return isKey(path) && isStoredAtPath(path, rules);
}

/** Converts a name that a directory listing returned to the form that is used in keys. Volumes that fold names may return another form. */
export function toKeyName(name: string, { foldsNames }: NameRules): string {
  return foldsNames ? fold(name) : name;
}

let latest: { readonly key: string; readonly hash: string } | undefined;

/** Returns the SHA-256 of a key in hex: the name of its record, and of its body where that is not stored at a path. */
export function keyHash(key: string): string {
  // One operation needs the same hash several times.
  if (latest?.key !== key) latest = { key, hash: hash('sha256', key, 'hex') };
  return latest.hash;
}

/** Returns whether a value is a valid key. */
export function isKey(value: unknown): value is string {
  try {
    checkKey(value);
    return true;
  } catch {
    return false;
  }
}

function isWindowsName(name: string): boolean {
  return !windowsReserved.test(name) && !windowsDevice.test(name) && !windowsShortName.test(name);
}

/**
 * Maps all names that any volume may treat as equal to one form. It goes through upper case, so that `ß`, `ſ` and a final `ς` are folded too: the
 * result is coarser than the folding of any single volume.
 */
function fold(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}
