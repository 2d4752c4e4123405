/**
 * Returns the identity of one version of a body: its modification time in microseconds, and its size. The inode is not part of it: it changes
 * when the root is copied, and file systems reuse inodes.
 */
export function bodyId({ mtimeMs, size }: { readonly mtimeMs: number; readonly size: number }): string {
  return `${Math.round(mtimeMs * 1000)}-${size}`;
}

/** Some volumes store times that JavaScript writes with an exponent. */
const bodyIdPattern = /^-?(?:\d{1,21}|\d(?:\.\d{1,17})?e\+2\d)-\d{1,16}$/;

/** Returns whether a value has the form of a {@link bodyId}. */
export function isBodyId(value: unknown): value is string {
  return typeof value === 'string' && bodyIdPattern.test(value) && Number.isSafeInteger(sizeOfBodyId(value));
}

/** Returns the size in a {@link bodyId}. */
export function sizeOfBodyId(id: string): number {
  return Number(id.slice(id.indexOf('-', 1) + 1));
}

/** At least the tick of the kernel's file clock, which may be 10 ms. */
const minAgeUs = 20_000;
const spreadUs = 50_000;
/** How far back {@link randomMtimeUs} reaches at the first attempt, in milliseconds. */
export const maxAgeMs = (minAgeUs + spreadUs) / 1000;
const minSpreadSteps = 25;

/**
 * Returns a random modification time in the recent past for a new body. A manual edit in the same clock tick therefore gets another time, and two
 * writes rarely get the same one.
 * @param nowUs Microseconds since 1970.
 * @param stepUs The resolution of modification times on the volume, in microseconds.
 * @param random From 0 to 1; a higher number reaches further back.
 * @returns Microseconds since 1970, a multiple of `stepUs`.
 */
export function randomMtimeUs(nowUs: number, stepUs: number, random: number): number {
  const latest = nowUs - minAgeUs;
  if (stepUs === 1) return Math.floor(latest - random * spreadUs);
  // Before the current step, which a manual edit would get.
  return (Math.floor(latest / stepUs) - 1 - Math.floor(random * Math.max(minSpreadSteps, spreadUs / stepUs))) * stepUs;
}
