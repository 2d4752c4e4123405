import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Interrupter } from '../../src/body/interrupter.js';
import { thrownBy } from '../failure.js';

const never = () => new Promise<never>(() => {});

test('lets work through', async () => {
  const interrupter = new Interrupter();
  expect(await interrupter.guard(async () => 1)).toBe(1);
  expect(await thrownBy(() => interrupter.guard(() => Promise.reject(new Error('no'))))).toEqual(new Error('no'));
});

test('work that throws at once is a rejection', async () => {
  const fail = (): Promise<never> => {
    throw new Error('no');
  };
  await expect(new Interrupter().guard(fail)).rejects.toThrow('no');
});

test('ends the present wait and all later ones, with the first reason', async () => {
  const interrupter = new Interrupter();
  const waiting = thrownBy(() => interrupter.guard(never));
  interrupter.interrupt('first');
  interrupter.interrupt('second');
  expect(await waiting).toBe('first');
  let asked = false;
  const late = thrownBy(() =>
    interrupter.guard(async () => {
      asked = true;
    }),
  );
  expect([await late, asked]).toEqual(['first', false]);
});

test('may be interrupted without a reason', async () => {
  const interrupter = new Interrupter();
  interrupter.interrupt(undefined);
  expect(await thrownBy(() => interrupter.guard(never))).toBeUndefined();
});

test('follows a signal until it lets go of it', async () => {
  const controller = new AbortController();
  const interrupter = new Interrupter();
  let told = 0;
  interrupter.link(controller.signal, () => told++);
  const waiting = thrownBy(() => interrupter.guard(never));
  controller.abort('enough');
  expect([await waiting, told]).toEqual(['enough', 1]);
  interrupter.unlink();
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

test('a signal that is let go of tells nothing, no signal neither', async () => {
  const controller = new AbortController();
  const interrupter = new Interrupter();
  let told = 0;
  interrupter.link(undefined, () => told++);
  interrupter.unlink();
  interrupter.link(controller.signal, () => told++);
  interrupter.unlink();
  interrupter.unlink();
  controller.abort();
  expect([await interrupter.guard(async () => 1), told]).toEqual([1, 0]);
});

test('a signal that is aborted already interrupts at once', async () => {
  const interrupter = new Interrupter();
  let told = 0;
  interrupter.link(AbortSignal.abort('enough'), () => told++);
  expect([await thrownBy(() => interrupter.guard(never)), told]).toEqual(['enough', 1]);
});
