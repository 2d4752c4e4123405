/** What an event asks of a key before it may happen: no object, or the one of a value; `never` for a value that nobody put. */
export type Requirement = { readonly absent: true } | { readonly value: number | 'never' };

/** What one act has shown about one key. A value is the number of the put that the body comes from; undefined is no object. */
export type Effect =
  | { readonly kind: 'read'; readonly value: number | undefined }
  | {
      readonly kind: 'write';
      readonly value: number | undefined;
      readonly when?: Requirement;
      readonly refused?: 'PreconditionFailed' | 'NoSuchKey';
    };

/** An effect, and the span in which it must have happened: from before the call until after its answer, in nanoseconds. */
export interface Event {
  readonly client: number;
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly effect: Effect;
}

/**
 * The value of a key after an effect on it.
 * @returns undefined when the effect can't have been on that value
 */
export function after(value: number | undefined, effect: Effect): { readonly value: number | undefined } | undefined {
  if (effect.kind === 'read') return effect.value === value ? { value } : undefined;
  const { when, refused } = effect;
  const expected = when === undefined ? undefined : judged(value, when);
  if (refused !== expected) return undefined;
  return { value: refused === undefined ? effect.value : value };
}

function judged(value: number | undefined, when: Requirement): 'PreconditionFailed' | 'NoSuchKey' | undefined {
  if ('absent' in when) return value === undefined ? undefined : 'PreconditionFailed';
  if (value === undefined) return 'NoSuchKey';
  return value === when.value ? undefined : 'PreconditionFailed';
}
