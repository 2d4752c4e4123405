import { expect, test } from 'vitest';
import type { Effect, Event } from '../src/concurrent/event.js';
import { isLinearizable, unexplained } from '../src/concurrent/linearizable.js';

const read = (value: number | undefined): Effect => ({ kind: 'read', value });
const put = (value: number): Effect => ({ kind: 'write', value });
const create = (value: number, refused?: 'PreconditionFailed'): Effect => ({
  kind: 'write',
  value,
  when: { absent: true },
  ...(refused && { refused }),
});
const replace = (old: number, value: number, refused?: 'PreconditionFailed' | 'NoSuchKey'): Effect => ({
  kind: 'write',
  value,
  when: { value: old },
  ...(refused && { refused }),
});
const remove: Effect = { kind: 'write', value: undefined };

/** Events from rows of: begin, end, what. */
const history = (...rows: readonly (readonly [number, number, Effect])[]): Event[] =>
  rows.map(([from, to, effect], client) => ({ client, key: 'k', from, to, effect }));

test.for([
  ['nothing', true, history()],
  ['a read of what was put', true, history([0, 1, put(1)], [2, 3, read(1)])],
  ['a read of nothing behind a put', false, history([0, 1, put(1)], [2, 3, read(undefined)])],
  ['a read of nothing while a put runs', true, history([0, 9, put(1)], [2, 3, read(undefined)])],
  ['reads that go back', false, history([0, 9, put(1)], [1, 2, read(1)], [3, 4, read(undefined)])],
  ['one of two that create', true, history([0, 9, create(1)], [0, 9, create(2, 'PreconditionFailed')], [10, 11, read(1)])],
  ['two that create', false, history([0, 9, create(1)], [0, 9, create(2)])],
  ['none of two that create', false, history([0, 9, create(1, 'PreconditionFailed')], [0, 9, create(2, 'PreconditionFailed')])],
  ['two that replace the same', false, history([0, 1, put(0)], [2, 9, replace(0, 1)], [2, 9, replace(0, 2)])],
  ['one replaces, one comes too late', true, history([0, 1, put(0)], [2, 9, replace(0, 1)], [2, 9, replace(0, 2, 'PreconditionFailed')])],
  ['a refusal for a missing object that is there', false, history([0, 1, put(0)], [2, 3, replace(0, 1, 'NoSuchKey')])],
  ['a delete between', true, history([0, 1, put(0)], [2, 9, remove], [2, 9, replace(0, 1, 'NoSuchKey')])],
  ['a value from nowhere', false, history([0, 1, read(7)])],
] as const)('%s: %o', ([, explained, events]) => {
  expect(isLinearizable(events)).toBe(explained);
  expect(unexplained(events) === undefined).toBe(explained);
});

test('what can not be explained is cut behind its first contradiction', () => {
  const events = history([0, 1, put(1)], [2, 3, read(undefined)], [4, 5, put(2)], [6, 7, read(2)]);
  expect(unexplained(events)).toEqual(events.slice(0, 2));
});
