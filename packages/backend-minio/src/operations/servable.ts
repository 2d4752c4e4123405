/** MinIO resolves prefixes like paths and refuses these; keys that hold such parts don't exist (see the key rules of the core). */
const neverInKeys = /^\/|\/\/|\0|(?:^|[/\\])[\0- ]*\.{1,2}[\0- ]*[/\\]/;
/** A last part that the server takes for `.` or `..`, though keys may go on behind it: `a/.` is the beginning of `a/.hidden`. */
const dotsAtEnd = /(?:^|[/\\])([\0- ]*\.{1,2}[\0- ]*)$/;
/** What the server refuses as a place to start behind. */
const dotsAnywhere = /(?:^|[/\\])([\0- ]*\.{1,2}[\0- ]*)(?:$|[/\\])/;

/** A prefix as the server takes it. What it lists is to be filtered by the prefix that was asked for. */
export interface ServablePrefix {
  /** The same, or a shorter one. */
  readonly prefix: string;
  /** False when no key can begin with what was asked for. */
  readonly possible: boolean;
}

/** The longest part of a prefix that the server does not refuse. */
export function servablePrefix(prefix: string): ServablePrefix {
  if (neverInKeys.test(prefix)) return { prefix: '', possible: false };
  const dots = dotsAtEnd.exec(prefix)?.[1];
  return { prefix: dots === undefined ? prefix : prefix.slice(0, prefix.length - dots.length), possible: true };
}

/** A place at or before the one asked for that the server does not refuse. What it lists up to that one is to be dropped. */
export function servableStart(startAfter: string): string {
  const found = dotsAnywhere.exec(startAfter);
  if (found === null) return startAfter;
  const [whole, dots = ''] = found;
  return startAfter.slice(0, found.index + whole.indexOf(dots));
}
