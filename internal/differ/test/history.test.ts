import { expect, test } from 'vitest';
import { isLinearizable, nonLinearizablePrefix } from '../src/concurrent/history.js';
import type { Effect, HistoryEvent } from '../src/concurrent/history.js';

const read = (value: number | undefined): Effect => ({ kind: 'read', value });
const put = (value: number): Effect => ({ kind: 'write', value });
const create = (value: number, error?: 'PreconditionFailed'): Effect => ({
  kind: 'write',
  value,
  precondition: { absent: true },
  ...(error && { error }),
});
const replace = (old: number, value: number, error?: 'PreconditionFailed' | 'NoSuchKey'): Effect => ({
  kind: 'write',
  value,
  precondition: { value: old },
  ...(error && { error }),
});
const remove: Effect = { kind: 'write', value: undefined };

/** Returns events from their start, end and effect. */
const history = (...rows: readonly (readonly [number, number, Effect])[]): HistoryEvent[] =>
  rows.map(([startNs, endNs, effect], client) => ({ client, key: 'k', startNs, endNs, effect }));

test.for([
  ['an empty history', true, history()],
  ['a read of the value that was put', true, history([0, 1, put(1)], [2, 3, read(1)])],
  ['a read of no object after a put', false, history([0, 1, put(1)], [2, 3, read(undefined)])],
  ['a read of no object during a put', true, history([0, 9, put(1)], [2, 3, read(undefined)])],
  ['a read of an older value after a read of a newer one', false, history([0, 9, put(1)], [1, 2, read(1)], [3, 4, read(undefined)])],
  ['two creates of which one succeeds', true, history([0, 9, create(1)], [0, 9, create(2, 'PreconditionFailed')], [10, 11, read(1)])],
  ['two creates that both succeed', false, history([0, 9, create(1)], [0, 9, create(2)])],
  ['two creates that both fail', false, history([0, 9, create(1, 'PreconditionFailed')], [0, 9, create(2, 'PreconditionFailed')])],
  ['two replacements of the same value', false, history([0, 1, put(0)], [2, 9, replace(0, 1)], [2, 9, replace(0, 2)])],
  [
    'two replacements of the same value, of which one fails',
    true,
    history([0, 1, put(0)], [2, 9, replace(0, 1)], [2, 9, replace(0, 2, 'PreconditionFailed')]),
  ],
  ['NoSuchKey for an existing object', false, history([0, 1, put(0)], [2, 3, replace(0, 1, 'NoSuchKey')])],
  ['NoSuchKey after a concurrent delete', true, history([0, 1, put(0)], [2, 9, remove], [2, 9, replace(0, 1, 'NoSuchKey')])],
  ['a read of a value that was never put', false, history([0, 1, read(7)])],
] as const)('%s: linearizable is %o', ([, linearizable, events]) => {
  expect(isLinearizable(events)).toBe(linearizable);
  expect(nonLinearizablePrefix(events) === undefined).toBe(linearizable);
});

test('nonLinearizablePrefix ends with the first contradiction', () => {
  const events = history([0, 1, put(1)], [2, 3, read(undefined)], [4, 5, put(2)], [6, 7, read(2)]);
  expect(nonLinearizablePrefix(events)).toEqual(events.slice(0, 2));
});
