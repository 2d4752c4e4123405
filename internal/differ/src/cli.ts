// `npm run diff`: compares backends with random programs. See `usage`.
import { parseCommandLine, usage } from './command-line.js';
import type { DiffCommand } from './command-line.js';
import { diff } from './diff.js';
import type { Finding } from './diff.js';
import { explain } from './report/explain.js';
import { Backend } from './run/backend.js';
import { prepareNamedBackends } from './run/named-backends.js';
import { RunStats } from './run/run-stats.js';

try {
  await main(parseCommandLine(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n${usage}\n`);
  process.exitCode = 2;
}

async function main({ names, ...command }: DiffCommand): Promise<void> {
  const prepared = await prepareNamedBackends(names);
  try {
    await compare({ ...command, locations: [...prepared.locations, ...command.locations] });
  } finally {
    await prepared.close();
  }
}

async function compare({ locations, operations, seed, ...rest }: Omit<DiffCommand, 'names'>): Promise<void> {
  const backends = await Promise.all(locations.map((location) => Backend.open(location)));
  const stats = new RunStats();
  process.stdout.write(`seed ${seed}; comparing the model with ${backends.map(({ name }) => name).join(', ')}\n`);
  const startMs = Date.now();
  // The first signal lets running programs finish, so that no bucket is left behind. The second one kills the process.
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
  const onProgress = () => {
    if (process.stderr.isTTY) process.stderr.write(`\r${stats.calls} of ${operations} operations `);
  };
  const onFailure = (programNumber: number) => process.stdout.write(`program ${programNumber} fails; shrinking it\n`);
  let finding: Finding | undefined;
  try {
    finding = await diff({ backends, operations, seed, stats, onProgress, onFailure, signal: interrupted.signal, ...rest });
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\n');
    await Promise.all(backends.map((backend) => backend.close()));
  }
  const seconds = ((Date.now() - startMs) / 1000).toFixed(1);
  const exemptions = stats.exemptions.map(([name, count]) => `  different because of the missing capability ${name}: ${count}`);
  const skipped = stats.skipped.map(([name, count]) => `  left out because of a deviation of MinIO (${name}): ${count}`);
  process.stdout.write([`${stats.calls} operations in ${seconds} s`, ...exemptions, ...skipped, ''].join('\n'));
  if (finding === undefined) {
    process.stdout.write(interrupted.signal.aborted ? 'interrupted; no difference found\n' : 'no difference found\n');
    return;
  }
  const { programNumber } = finding;
  process.stdout.write(
    `found a difference in program ${programNumber} (to reproduce: --seed ${seed} --from ${programNumber}):\n\n${explain(finding)}`,
  );
  process.exitCode = 1;
}
