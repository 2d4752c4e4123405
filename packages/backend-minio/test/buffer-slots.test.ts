import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BufferSlots } from '../src/http/buffer-slots.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Acquires slots for puts that are named 0, 1, 2 and so on, and returns those that have begun. */
function start(slots: BufferSlots, count: number): { begun: number[]; releases: (() => void)[] } {
  const begun: number[] = [];
  const releases: (() => void)[] = [];
  const begin = async (index: number): Promise<void> => {
    releases.push(await slots.acquire(undefined));
    begun.push(index);
  };
  for (let index = 0; index < count; index++) void begin(index);
  return { begun, releases };
}

test('as many puts as there are slots begin, the others in order when one ends', async () => {
  const { begun, releases } = start(new BufferSlots(2), 6);
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual([0, 1]);
  releases[0]?.();
  releases[0]?.();
  releases[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual([0, 1, 2, 3]);
});

test('all waiting puts begin after a second in which none has ended', async () => {
  const slots = new BufferSlots(1);
  const { begun, releases } = start(slots, 4);
  await vi.advanceTimersByTimeAsync(900);
  releases[0]?.();
  await vi.advanceTimersByTimeAsync(900);
  expect(begun).toEqual([0, 1]);
  await vi.advanceTimersByTimeAsync(100);
  expect(begun).toEqual([0, 1, 2, 3]);
  for (const release of releases.slice(1, 3)) release();
  const later = start(slots, 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(later.begun).toEqual([]);
  releases[3]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(later.begun).toEqual([0]);
});

test('an aborted put does not begin', async () => {
  const slots = new BufferSlots(1);
  const { releases } = start(slots, 1);
  const controller = new AbortController();
  const aborted = slots.acquire(controller.signal);
  const next = start(slots, 1);
  controller.abort(new Error('stop'));
  await expect(aborted).rejects.toThrow('stop');
  releases[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(next.begun).toEqual([0]);
  expect(vi.getTimerCount()).toBe(0);
});
