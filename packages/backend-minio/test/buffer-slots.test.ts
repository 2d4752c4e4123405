import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BufferSlots } from '../src/http/buffer-slots.js';
import type { BufferSlot } from '../src/http/buffer-slots.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Acquires slots, and returns those of the puts that have begun. */
function start(slots: BufferSlots, count: number): BufferSlot[] {
  const begun: BufferSlot[] = [];
  const begin = async (): Promise<void> => void begun.push(await slots.acquire(undefined));
  for (let index = 0; index < count; index++) void begin();
  return begun;
}

test('as many puts as there are slots begin, the others when one ends', async () => {
  const begun = start(new BufferSlots(2), 6);
  await vi.advanceTimersByTimeAsync(5000);
  expect(begun).toHaveLength(2);
  begun[0]?.release();
  begun[0]?.release();
  begun[1]?.release();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toHaveLength(4);
});

test('a put whose source is slow gives up its slot after a second', async () => {
  const begun = start(new BufferSlots(1), 3);
  await vi.advanceTimersByTimeAsync(0);
  void begun[0]?.read(() => new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(900);
  expect(begun).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(begun).toHaveLength(2);
  begun[0]?.release();
  expect(await begun[1]?.read(async () => 'read')).toBe('read');
  await vi.advanceTimersByTimeAsync(5000);
  expect(begun).toHaveLength(2);
});

test('an aborted put does not begin', async () => {
  const slots = new BufferSlots(1);
  const [begun, controller] = [start(slots, 1), new AbortController()];
  const aborted = slots.acquire(controller.signal);
  const next = start(slots, 1);
  controller.abort(new Error('stop'));
  await expect(aborted).rejects.toThrow('stop');
  begun[0]?.release();
  await vi.advanceTimersByTimeAsync(0);
  expect(next).toHaveLength(1);
});
