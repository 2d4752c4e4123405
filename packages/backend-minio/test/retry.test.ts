import { expect, test } from 'vitest';
import { AttemptFailure, delayBefore, withRetries } from '../src/http/retry.js';

const error = new Error('busy');

test('waits grow, differ by chance, and have an end', () => {
  const longest = (number: number): number => Math.max(...Array.from({ length: 500 }, () => delayBefore(number, undefined)));
  for (const [number, most] of [
    [0, 100],
    [1, 200],
    [3, 800],
    [20, 5000],
  ] as const) {
    expect(longest(number)).toBeLessThanOrEqual(most);
    expect(longest(number)).toBeGreaterThan(most * 0.8);
  }
});

test('what the server asks for is honoured, within reason', () => {
  expect(delayBefore(0, '2')).toBe(2000);
  expect(delayBefore(0, new Date(Date.now() + 9000).toUTCString())).toBeGreaterThan(4000);
  expect(delayBefore(0, '120')).toBe(10_000);
  expect(delayBefore(0, 'soon')).toBeLessThanOrEqual(100);
  expect(delayBefore(0, '-5')).toBeLessThanOrEqual(100);
});

test('an attempt is repeated only as often as said, and only when that may help', async () => {
  for (const [passing, retries, expected] of [
    [true, 2, 3],
    [true, 0, 1],
    [false, 2, 1],
  ] as const) {
    let attempts = 0;
    const call = withRetries(retries, undefined, async () => {
      attempts++;
      throw new AttemptFailure({ error, passing });
    });
    await expect(call).rejects.toBe(error);
    expect(attempts).toBe(expected);
  }
});

test('an abort ends the wait with its reason', async () => {
  const controller = new AbortController();
  const call = withRetries(9, controller.signal, async () => {
    throw new AttemptFailure({ error, passing: true, retryAfter: '9' });
  });
  controller.abort('enough');
  await expect(call).rejects.toBe('enough');
});
