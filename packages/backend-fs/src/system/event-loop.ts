import { setImmediate as nextTurn } from 'node:timers/promises';

/** For how long, in ms, one call after the other may run without letting timers and other I/O in between. */
const longestTurn = 4;
let began = performance.now();

/** Tells whether other work should get a turn: small calls are synchronous, and a row of them would never let any in. */
export function isLongTurn(): boolean {
  return performance.now() - began > longestTurn;
}

/** Lets other work have a turn. */
export async function takeTurns(): Promise<void> {
  await nextTurn();
  began = performance.now();
}
