// oxlint-disable eslint/no-console -- a program that reports
// Kills one, two and four concurrent writers, without and with versions, 2000 times each by default: `node dist/programs/random-kills.js [kills]`
import { killAtRandom } from '../random-kills.js';
import { killVersionsAtRandom } from '../version-kills.js';

const kills = Number(process.argv[2] ?? 2000);
const writerProcess = new URL('../writer-process.js', import.meta.url);
const versionWriterProcess = new URL('../version-writer-process.js', import.meta.url);
for (const processes of [1, 2, 4]) {
  const report = await killAtRandom({ processes, kills, writerProcess });
  console.log(`${processes} processes:`, report);
}
for (const processes of [1, 2, 4]) {
  const report = await killVersionsAtRandom({ processes, kills, writerProcess: versionWriterProcess });
  console.log(`${processes} processes with versions:`, report);
}
