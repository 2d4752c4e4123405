/** The object that must exist for a write to succeed: none, or the one with a value; `never` for an ETag that no put wrote. */
export type Precondition = { readonly absent: true } | { readonly value: number | 'never' };

/** What a step did to one key. A value is the number of the put that wrote the body; undefined means no object. */
export type Effect =
  | { readonly kind: 'read'; readonly value: number | undefined }
  | {
      readonly kind: 'write';
      readonly value: number | undefined;
      readonly precondition?: Precondition;
      /** The error code of a failed precondition. */
      readonly error?: 'PreconditionFailed' | 'NoSuchKey';
    };

/** An effect and the interval in which it took place: from just before the call until just after its result. */
export interface HistoryEvent {
  readonly client: number;
  readonly key: string;
  /** Nanoseconds of a monotonic clock. */
  readonly startNs: number;
  readonly endNs: number;
  readonly effect: Effect;
}

/**
 * Returns whether the history of one key, initially without an object, is linearizable: whether each event can be assigned a moment within
 * its interval so that every event observes the value left by the previous one. The search is that of Wing and Gong, with Lowe's memoization
 * of visited states.
 */
export function isLinearizable(events: readonly HistoryEvent[]): boolean {
  const sorted = events.toSorted((a, b) => a.startNs - b.startNs);
  const visited = new Set<string>();
  const search = (done: bigint, value: number | undefined): boolean => {
    const remaining = sorted.filter((_, index) => ((done >> BigInt(index)) & 1n) === 0n);
    if (remaining.length === 0) return true;
    const state = `${done} ${value}`;
    if (visited.has(state)) return false;
    visited.add(state);
    // An event that started after another one ended cannot precede it.
    const firstEndNs = Math.min(...remaining.map(({ endNs }) => endNs));
    return sorted.some((event, index) => {
      const bit = 1n << BigInt(index);
      if ((done & bit) !== 0n || event.startNs > firstEndNs) return false;
      const next = applyEffect(value, event.effect);
      return next !== undefined && search(done | bit, next.value);
    });
  };
  return search(0n, undefined);
}

/** Returns the shortest part of a key's history, from its start, that is not linearizable; undefined when all of it is. */
export function nonLinearizablePrefix(events: readonly HistoryEvent[]): readonly HistoryEvent[] | undefined {
  if (isLinearizable(events)) return undefined;
  const byEnd = events.toSorted((a, b) => a.endNs - b.endNs);
  // Events that had started by then are included, because they may already have had their effect.
  const prefix = (count: number) => byEnd.filter(({ startNs }, index) => index < count || startNs < (byEnd[count - 1]?.endNs ?? 0));
  for (let count = 1; count < byEnd.length; count++) if (!isLinearizable(prefix(count))) return prefix(count);
  return byEnd;
}

/** Returns the value of a key after an effect; undefined when the effect is impossible with the current value. */
function applyEffect(value: number | undefined, effect: Effect): { readonly value: number | undefined } | undefined {
  if (effect.kind === 'read') return effect.value === value ? { value } : undefined;
  const { precondition, error } = effect;
  const expectedError = precondition === undefined ? undefined : preconditionError(value, precondition);
  if (error !== expectedError) return undefined;
  return { value: error === undefined ? effect.value : value };
}

function preconditionError(value: number | undefined, precondition: Precondition): 'PreconditionFailed' | 'NoSuchKey' | undefined {
  if ('absent' in precondition) return value === undefined ? undefined : 'PreconditionFailed';
  if (value === undefined) return 'NoSuchKey';
  return value === precondition.value ? undefined : 'PreconditionFailed';
}
