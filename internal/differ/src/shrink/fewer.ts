/**
 * Leaves out what is not needed for a failure (delta debugging): halves first, then smaller and smaller runs.
 * @param fails tells whether a selection still fails.
 * @returns a selection of which no single item can be left out any more.
 */
export async function fewer<T>(items: readonly T[], fails: (items: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let kept = items;
  for (let run = Math.ceil(kept.length / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    // From the end: what comes later depends on what comes earlier.
    for (let end = kept.length; end > 0; end -= run) {
      const without = [...kept.slice(0, Math.max(0, end - run)), ...kept.slice(end)];
      if (without.length > 0 && (await fails(without))) kept = without;
    }
  }
  return kept;
}
