import assert from 'node:assert/strict';
import { contractCase } from '../contract-case.js';

/** Timers and I/O run during a loop of awaited calls, even if the backend never waits for I/O. */
export const timerCases = [
  contractCase('timers/run-between-calls', async ({ bucket }) => {
    await bucket.put('k', 'body');
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    try {
      for (const end = performance.now() + 300; performance.now() < end;) await bucket.exists('k');
    } finally {
      clearInterval(timer);
    }
    assert.ok(ticks > 2, `a timer of 1 ms ran ${ticks} times in 300 ms`);
  }),

  contractCase('timers/run-between-chunks', async ({ bucket }) => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const end = performance.now() + 300;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      const chunk = Buffer.alloc(1000);
      while (performance.now() < end) yield chunk;
    }
    try {
      await bucket.put('k', chunks());
    } finally {
      clearInterval(timer);
    }
    assert.ok(ticks > 2, `a timer of 1 ms ran ${ticks} times in 300 ms`);
  }),
];
