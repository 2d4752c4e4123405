// oxlint-disable eslint/no-console -- a program that reports
/** The attacks as a command: `npm run attack [-- swap|disk|limits] [--seconds N] [--seed N]`. */
import { parseArgs } from 'node:util';
import { startMinio, toUrl } from '@anybucket/minio-server';
import { attackDisk } from './disk.js';
import { attackLimits } from './limits.js';
import { attackSwap, swapTargets } from './swap.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});
const attacks = ['swap', 'disk', 'limits'];
const unknown = positionals.find((name) => !attacks.includes(name));
const seconds = Number(values.seconds);
if (unknown !== undefined || !(seconds > 0) || !Number.isSafeInteger(Number(values.seed))) {
  throw new Error(`usage: npm run attack -- [${attacks.join('|')}] [--seconds N] [--seed N]`);
}

const isSelected = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
let failed = false;

if (isSelected('swap')) {
  for (const target of swapTargets) {
    const report = await attackSwap(target, AbortSignal.timeout(Math.ceil((seconds * 1000) / swapTargets.length)));
    console.log(`swap ${target}:`, report);
    failed ||= report.written + report.lost + report.read > 0;
  }
}
if (isSelected('disk')) {
  const { faults, ...counts } = await attackDisk(Number(values.seed), AbortSignal.timeout(Math.ceil(seconds * 1000)));
  console.log('disk:', counts);
  for (const fault of faults) console.log(`  fault: ${fault}`);
  failed ||= faults.length > 0;
}
if (isSelected('limits')) {
  const minio = await startMinio();
  try {
    for (const [name, url] of [
      ['memory', 'memory:'],
      ['fs', 'fs:'],
      ['minio', toUrl(minio.address)],
    ] as const) {
      const report = await attackLimits(url);
      console.log(`limits ${name}:`, report);
      failed ||= Object.keys(report.errors).length > 0;
    }
  } finally {
    await minio.stop();
  }
}
process.exitCode = failed ? 1 : 0;
