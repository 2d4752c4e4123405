// oxlint-disable eslint/no-console -- a program that reports
import { tryHostileKeys } from './hostile-keys.js';

/** Tries a million hostile keys. `node dist/hostile.js [count]` */
const count = Number(process.argv[2] ?? 1_000_000);
console.log(`${count} keys, ${await tryHostileKeys(count)} of them accepted: nothing outside the root was touched`);
