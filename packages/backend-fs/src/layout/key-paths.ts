import { hash } from 'node:crypto';
import { checkKey } from '@anybucket/core/backend';

/** What a volume can't hold as a name, or can't tell apart. Probed once, then fixed in the root's format. */
export interface NameRules {
  /** Names that differ only in case or in Unicode normal form are one file. */
  readonly foldsNames: boolean;
  /** Names that Windows refuses or alters are no files. */
  readonly windowsNames: boolean;
  /** The longest key that is kept as a path, in bytes of UTF-8. */
  readonly longestPath: number;
}

/** Where a key's body belongs: at a path of the key's own, or under a digest in the hidden folder. */
export type Place = { readonly path: string } | { readonly digest: string };

const windowsRefuses = /[<>:"|?*\\\0-\x1f]|[. ]$/;
const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
// `progra~1` may be another file's short name there.
const windowsShortName = /~\d/;
// A volume's table may ignore or fold these in ways that the tables here don't know.
const foldsUnforeseeably = /[\p{Default_Ignorable_Code_Point}\p{Cn}]/u;

/**
 * The place of a key, by the volume's rules alone, whatever other keys exist.
 * (A key `a` that finds a folder in its place is kept under its digest too, until the folder is gone: see `Bodies`.)
 */
export function placeOf(key: string, rules: NameRules): Place {
  return isPath(key, rules) ? { path: key } : { digest: digestOf(key) };
}

/** The key whose body belongs at a path below its bucket's folder; undefined where none does. */
export function keyOfPath(path: string, rules: NameRules): string | undefined {
  return isKey(path) && isPath(path, rules) ? path : undefined;
}

/** A name in a folder as it stands in a key: volumes that fold names may give another form back than the one that was written. */
export function nameInKey(name: string, { foldsNames }: NameRules): string {
  return foldsNames ? folded(name) : name;
}

let last: { readonly key: string; readonly digest: string } | undefined;

/** The name of a key's record, and of its body where it can't be a path. */
export function digestOf(key: string): string {
  // A call asks several times for the same.
  if (last?.key !== key) last = { key, digest: hash('sha256', key, 'hex') };
  return last.digest;
}

/** Tells whether a string is a key at all. */
export function isKey(value: unknown): value is string {
  try {
    checkKey(value);
    return true;
  } catch {
    return false;
  }
}

function isPath(key: string, { foldsNames, windowsNames, longestPath }: NameRules): boolean {
  if (key.endsWith('/')) return false;
  if (key.length > longestPath / 3 && Buffer.byteLength(key) > longestPath) return false;
  if (foldsNames && (folded(key) !== key || foldsUnforeseeably.test(key))) return false;
  return !windowsNames || key.split('/').every(isWindowsName);
}

function isWindowsName(name: string): boolean {
  return !windowsRefuses.test(name) && !windowsDevice.test(name) && !windowsShortName.test(name);
}

/**
 * One form for all names that any volume might take for the same. Coarser than each of them: by way of upper case, so that `ß`, `ſ` or a final `ς`
 * fall together with what they are folded with somewhere.
 */
function folded(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}
