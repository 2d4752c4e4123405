import { after } from './event.js';
import type { Event } from './event.js';

/**
 * Tells whether some order explains what was seen of one key: each event at one moment within its span, each on the value that the one
 * before has left. After Wing and Gong, with the states that were tried before remembered (Lowe).
 * @param events of one key; its value before all of them is none.
 */
export function isLinearizable(events: readonly Event[]): boolean {
  const sorted = events.toSorted((a, b) => a.from - b.from);
  const tried = new Set<string>();
  const search = (done: bigint, value: number | undefined): boolean => {
    const open = sorted.filter((_, index) => ((done >> BigInt(index)) & 1n) === 0n);
    if (open.length === 0) return true;
    const state = `${done} ${value}`;
    if (tried.has(state)) return false;
    tried.add(state);
    // Whatever has begun behind the first end can't come first.
    const firstEnd = Math.min(...open.map(({ to }) => to));
    return sorted.some((event, index) => {
      const bit = 1n << BigInt(index);
      if ((done & bit) !== 0n || event.from > firstEnd) return false;
      const next = after(value, event.effect);
      return next !== undefined && search(done | bit, next.value);
    });
  };
  return search(0n, undefined);
}

/** The fewest of the events that came first and can't be explained; undefined when all can. */
export function unexplained(events: readonly Event[]): readonly Event[] | undefined {
  if (isLinearizable(events)) return undefined;
  const byEnd = events.toSorted((a, b) => a.to - b.to);
  // What had begun by then may have had its effect, so it stays.
  const until = (count: number) => byEnd.filter(({ from }, index) => index < count || from < (byEnd[count - 1]?.to ?? 0));
  for (let count = 1; count < byEnd.length; count++) if (!isLinearizable(until(count))) return until(count);
  return byEnd;
}
