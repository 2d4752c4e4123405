// oxlint-disable eslint/no-console -- a program that reports
import { tryHostileKeys } from './hostile-keys.js';

/** Tries a million hostile keys. `node dist/hostile.js [count]` */
const count = Number(process.argv[2] ?? 1_000_000);
/** A root is left for a new one after so many: listings would take ever longer. */
const aRoot = 10_000;
let accepted = 0;
for (let tried = 0; tried < count; tried += aRoot) accepted += await tryHostileKeys(Math.min(aRoot, count - tried));
console.log(`${count} keys, ${accepted} of them accepted: nothing outside the root was touched`);
