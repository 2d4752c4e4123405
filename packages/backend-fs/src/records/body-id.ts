/**
 * The identity of one state of a body: its modification time in µs, and its size. Not the inode: copying the folder changes it, and systems
 * use it again.
 */
export function bodyId({ mtimeMs, size }: { readonly mtimeMs: number; readonly size: number }): string {
  return `${Math.round(mtimeMs * 1000)}-${size}`;
}

/** The size in a {@link bodyId}. */
export function sizeOfBodyId(id: string): number {
  return Number(id.slice(id.indexOf('-') + 1));
}

const quietUs = 20_000;
const spreadUs = 50_000;
const spreadSteps = 25;

/**
 * A modification time for a new body: a little in the past, at random. So a change by hand in the same tick of a coarse clock gets another
 * time, and two writes hardly ever get the same one.
 * @param now µs since 1970.
 * @param step the volume's precision in µs.
 * @param random 0 to 1; more reaches farther back.
 * @returns µs since 1970, a multiple of the step.
 */
export function stampTime(now: number, step: number, random: number): number {
  const latest = now - quietUs;
  if (step === 1) return Math.floor(latest - random * spreadUs);
  // Whole steps before the present one: what is written by hand now never gets these.
  return (Math.floor(latest / step) - 1 - Math.floor(random * Math.max(spreadSteps, spreadUs / step))) * step;
}
