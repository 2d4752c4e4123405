// oxlint-disable eslint/no-console -- a program that reports
import { killAtRandom } from './random-kills.js';

/** Kills 2000 times each one, two and four processes at once. `node dist/random.js [kills]` */
const kills = Number(process.argv[2] ?? 2000);
const worker = new URL('worker.js', import.meta.url);
for (const processes of [1, 2, 4]) {
  const report = await killAtRandom({ processes, kills, worker });
  console.log(`${processes} at once:`, report);
}
