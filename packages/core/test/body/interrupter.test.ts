import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Interrupter } from '../../src/body/interrupter.js';
import { thrownBy } from '../failure.js';

const neverSettles = () => new Promise<never>(() => {});

test('settles like the guarded promise', async () => {
  const interrupter = new Interrupter();
  expect(await interrupter.guard(async () => 1)).toBe(1);
  expect(await thrownBy(() => interrupter.guard(() => Promise.reject(new Error('failed'))))).toEqual(new Error('failed'));
});

test('rejects if the guarded function throws synchronously', async () => {
  const fail = (): Promise<never> => {
    throw new Error('failed');
  };
  await expect(new Interrupter().guard(fail)).rejects.toThrow('failed');
});

test('rejects the pending promise and all later ones with the first reason', async () => {
  const interrupter = new Interrupter();
  const waiting = thrownBy(() => interrupter.guard(neverSettles));
  interrupter.interrupt('first');
  interrupter.interrupt('second');
  expect(await waiting).toBe('first');
  let called = false;
  const late = thrownBy(() =>
    interrupter.guard(async () => {
      called = true;
    }),
  );
  expect([await late, called]).toEqual(['first', false]);
});

test('can be interrupted with the reason undefined', async () => {
  const interrupter = new Interrupter();
  interrupter.interrupt(undefined);
  expect(await thrownBy(() => interrupter.guard(neverSettles))).toBeUndefined();
});

test('follows a signal until it is unlinked', async () => {
  const controller = new AbortController();
  const interrupter = new Interrupter();
  let aborts = 0;
  interrupter.link(controller.signal, () => aborts++);
  const waiting = thrownBy(() => interrupter.guard(neverSettles));
  controller.abort('stop');
  expect([await waiting, aborts]).toEqual(['stop', 1]);
  interrupter.unlink();
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

test('ignores an unlinked signal and the signal undefined', async () => {
  const controller = new AbortController();
  const interrupter = new Interrupter();
  let aborts = 0;
  interrupter.link(undefined, () => aborts++);
  interrupter.unlink();
  interrupter.link(controller.signal, () => aborts++);
  interrupter.unlink();
  interrupter.unlink();
  controller.abort();
  expect([await interrupter.guard(async () => 1), aborts]).toEqual([1, 0]);
});

test('interrupts immediately if the signal is already aborted', async () => {
  const interrupter = new Interrupter();
  let aborts = 0;
  interrupter.link(AbortSignal.abort('stop'), () => aborts++);
  expect([await thrownBy(() => interrupter.guard(neverSettles)), aborts]).toEqual(['stop', 1]);
});
