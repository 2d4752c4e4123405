/**
 * Compares two strings by their UTF-8 bytes, the order of S3.
 *
 * The operator `<` compares UTF-16 code units, which orders surrogate pairs (above U+FFFF) before U+E000.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return x >= 0xd800 && y >= 0xd800 ? rank(x) - rank(y) : x - y;
  }
  return a.length - b.length;
}

/** Maps code units so that surrogates sort after U+E000 to U+FFFF. */
function rank(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/** Returns the smallest string that sorts after all strings with the prefix; undefined if there is none. */
export function keyAfterPrefix(prefix: string): string | undefined {
  const characters = Array.from(prefix);
  for (let last = characters.pop()?.codePointAt(0); last !== undefined; last = characters.pop()?.codePointAt(0)) {
    if (last < 0x10ffff) return characters.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}
