// oxlint-disable eslint/no-console -- a program that reports
// Tries hostile keys, a million by default: `node dist/programs/hostile-keys.js [count]`
import { tryHostileKeys } from '../hostile-keys.js';

const count = Number(process.argv[2] ?? 1_000_000);
/** A new root after this many keys keeps listings fast. */
const keysPerRoot = 10_000;
let accepted = 0;
for (let tried = 0; tried < count; tried += keysPerRoot) accepted += await tryHostileKeys(Math.min(keysPerRoot, count - tried));
console.log(`${count} keys, ${accepted} accepted; nothing outside the root was touched`);
