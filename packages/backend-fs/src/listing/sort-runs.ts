import { compareKeys } from '@anybucket/core/backend';
import { isLongTurn, takeTurns } from '../system/event-loop.js';

/** How many names are merged before a look at the clock. */
const stride = 1024;

/** Merges sorted runs into one, in small steps that let other work in between. */
export async function sortRuns(runs: string[][]): Promise<string[]> {
  let sorted = runs;
  while (sorted.length > 1) {
    const merged: string[][] = [];
    for (let i = 0; i < sorted.length; i += 2) merged.push(await merge(sorted[i] ?? [], sorted[i + 1] ?? []));
    sorted = merged;
  }
  return sorted[0] ?? [];
}

async function merge(left: readonly string[], right: readonly string[]): Promise<string[]> {
  const merged: string[] = [];
  let l = 0;
  let r = 0;
  for (;;) {
    if (merged.length % stride === 0 && isLongTurn()) await takeTurns();
    const a = left[l];
    const b = right[r];
    if (a === undefined && b === undefined) return merged;
    if (b === undefined || (a !== undefined && compareKeys(a, b) <= 0)) {
      merged.push(a ?? '');
      l++;
    } else {
      merged.push(b);
      r++;
    }
  }
}
