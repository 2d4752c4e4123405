// oxlint-disable eslint/no-console -- a program that reports
// Kills one, two and four concurrent writers, 2000 times each by default: `node dist/programs/random-kills.js [kills]`
import { killAtRandom } from '../random-kills.js';

const kills = Number(process.argv[2] ?? 2000);
const writerProcess = new URL('../writer-process.js', import.meta.url);
for (const processes of [1, 2, 4]) {
  const report = await killAtRandom({ processes, kills, writerProcess });
  console.log(`${processes} processes:`, report);
}
