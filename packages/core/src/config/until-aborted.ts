import { Interrupter } from '../body/interrupter.js';

/** Waits for some work, or for the signal, whose reason it rejects with. The work goes on: others may wait for it too. */
export async function untilAborted<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const interrupter = new Interrupter();
  interrupter.link(signal, () => {});
  try {
    return await interrupter.guard(work);
  } finally {
    interrupter.unlink();
  }
}
