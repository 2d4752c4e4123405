// `npm run diff`: compares backends by random programs; see `usage`.
import { diff } from './diff.js';
import type { Found } from './diff.js';
import { readCommand, usage } from './options.js';
import type { DiffCommand } from './options.js';
import { explain } from './report/explain.js';
import { Backend } from './run/backend.js';
import { Tally } from './run/tally.js';

try {
  await main(readCommand(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n${usage}\n`);
  process.exitCode = 2;
}

async function main({ urls, operations, seed, ...rest }: DiffCommand): Promise<void> {
  const backends = await Promise.all(urls.map((url) => Backend.ofText(url)));
  const tally = new Tally();
  process.stdout.write(`seed ${seed}, model and ${backends.map(({ name }) => name).join(', ')}\n`);
  const started = Date.now();
  // The first one lets what runs come to its end, so that no bucket is left behind; the second one ends at once.
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
  const progress = () => {
    if (process.stderr.isTTY) process.stderr.write(`\r${tally.calls} of ${operations} operations `);
  };
  let found: Found | undefined;
  try {
    found = await diff({ backends, operations, seed, tally, progress, signal: stopped.signal, ...rest });
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\n');
    await Promise.all(backends.map((backend) => backend.close()));
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const lines = tally.excuses.map(([name, count]) => `  excused by ${name}: ${count} times`);
  process.stdout.write([`${tally.calls} operations in ${seconds} s`, ...lines, ''].join('\n'));
  if (found === undefined) {
    process.stdout.write(stopped.signal.aborted ? 'stopped; no difference so far\n' : 'no difference\n');
    return;
  }
  process.stdout.write(
    `a difference, in program ${found.number} of seed ${seed} (again: --seed ${seed} --from ${found.number}):\n\n${explain(found)}`,
  );
  process.exitCode = 1;
}
