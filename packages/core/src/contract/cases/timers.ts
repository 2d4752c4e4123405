import assert from 'node:assert/strict';
import { contractCase } from '../contract-case.js';

/** Long enough for other cases that run at the same time. A backend that starves timers does so until the loop ends. */
const maxStarvationMs = 3000;

/** Timers and I/O run during a loop of awaited calls, even if the backend never waits for I/O. */
export const timerCases = [
  contractCase('timers/run-between-calls', async ({ bucket }) => {
    await bucket.put('k', 'body');
    const timer = { ticks: 0 };
    const interval = setInterval(() => timer.ticks++, 1);
    try {
      for (const end = performance.now() + maxStarvationMs; timer.ticks < 3 && performance.now() < end;) await bucket.exists('k');
    } finally {
      clearInterval(interval);
    }
    assert.ok(timer.ticks >= 3, `a timer of 1 ms ran ${timer.ticks} times in ${maxStarvationMs} ms`);
  }),

  contractCase('timers/run-between-chunks', async ({ bucket }) => {
    const timer = { ticks: 0 };
    const interval = setInterval(() => timer.ticks++, 1);
    const end = performance.now() + maxStarvationMs;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      const chunk = Buffer.alloc(1000);
      while (timer.ticks < 3 && performance.now() < end) yield chunk;
    }
    try {
      await bucket.put('k', chunks());
    } finally {
      clearInterval(interval);
    }
    assert.ok(timer.ticks >= 3, `a timer of 1 ms ran ${timer.ticks} times in ${maxStarvationMs} ms`);
  }),
];
