import { expect, test } from 'vitest';
import { AttemptFailure, retryDelayMs, withRetries } from '../src/http/retry.js';

const error = new Error('busy');

test('the backoff doubles with each retry up to a maximum, with full jitter', () => {
  const longest = (retries: number): number => Math.max(...Array.from({ length: 500 }, () => retryDelayMs(retries, undefined)));
  for (const [retries, maxMs] of [
    [0, 100],
    [1, 200],
    [3, 800],
    [20, 5000],
  ] as const) {
    expect(longest(retries)).toBeLessThanOrEqual(maxMs);
    expect(longest(retries)).toBeGreaterThan(maxMs * 0.8);
  }
});

test('Retry-After is honoured up to 10 seconds, and ignored if invalid', () => {
  expect(retryDelayMs(0, '2')).toBe(2000);
  expect(retryDelayMs(0, new Date(Date.now() + 9000).toUTCString())).toBeGreaterThan(4000);
  expect(retryDelayMs(0, '120')).toBe(10_000);
  expect(retryDelayMs(0, 'soon')).toBeLessThanOrEqual(100);
  expect(retryDelayMs(0, '-5')).toBeLessThanOrEqual(100);
});

test('only transient failures are retried, at most `retries` times', async () => {
  for (const [transient, maxRetries, expected] of [
    [true, 2, 3],
    [true, 0, 1],
    [false, 2, 1],
  ] as const) {
    let attempts = 0;
    const call = withRetries(maxRetries, undefined, async () => {
      attempts++;
      throw new AttemptFailure(error, transient);
    });
    await expect(call).rejects.toBe(error);
    expect(attempts).toBe(expected);
  }
});

test('an abort ends the delay with its reason', async () => {
  const controller = new AbortController();
  const call = withRetries(9, controller.signal, async () => {
    throw new AttemptFailure(error, true, '9');
  });
  controller.abort('aborted');
  await expect(call).rejects.toBe('aborted');
});
