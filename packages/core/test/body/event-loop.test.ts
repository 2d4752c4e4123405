import { expect, test, vi } from 'vitest';
import { shouldYield, yieldToEventLoop } from '../../src/body/event-loop.js';
import { settled } from './streams.js';

/** Waits synchronously. */
function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test('yields after 10 ms without another turn of the event loop', async () => {
  await settled();
  expect(shouldYield()).toBe(false);
  block(12);
  expect(shouldYield()).toBe(true);
  await yieldToEventLoop();
  await settled();
  expect(shouldYield()).toBe(false);
});

test('does not yield at the first call after a pause', async () => {
  await settled();
  block(12);
  expect(shouldYield()).toBe(false);
});

test('proceeds under a fake clock', async () => {
  vi.useFakeTimers();
  try {
    await yieldToEventLoop();
  } finally {
    vi.useRealTimers();
  }
});
