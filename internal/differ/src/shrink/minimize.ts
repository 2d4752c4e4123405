/**
 * Removes items that a failure does not need (delta debugging): first halves, then shorter and shorter runs.
 * @param fails returns whether a selection still fails.
 * @returns a failing selection from which no single item can be removed.
 */
export async function minimize<T>(items: readonly T[], fails: (items: readonly T[]) => Promise<boolean>): Promise<readonly T[]> {
  let kept = items;
  for (let run = Math.ceil(kept.length / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    // From the end, because later items depend on earlier ones.
    for (let end = kept.length; end > 0; end -= run) {
      const rest = [...kept.slice(0, Math.max(0, end - run)), ...kept.slice(end)];
      if (rest.length > 0 && (await fails(rest))) kept = rest;
    }
  }
  return kept;
}
