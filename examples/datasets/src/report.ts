import type { ProgressListener } from '@anybucket/core';
import Table from 'cli-table3';

export function printHeading(title: string): void {
  printLine(`\n${title}`);
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a table with right-aligned numbers. */
export function printTable(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const colAligns = columns.map((_, index) => (typeof rows[0]?.[index] === 'number' ? 'right' : 'left'));
  const table = new Table({ head: [...columns], colAligns, style: { head: [], border: [], compact: true } });
  table.push(...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell))));
  printLine(table.toString());
}

/** Runs a transfer, with a progress bar on a terminal. */
export async function withProgressBar<T>(name: string, run: (progress?: ProgressListener) => Promise<T>): Promise<T> {
  if (!process.stdout.isTTY) return run();
  const { SingleBar } = await import('cli-progress');
  const bar = new SingleBar({ format: '{bar} {percentage}% {name}', clearOnComplete: true, hideCursor: true });
  bar.start(1, 0, { name });
  try {
    return await run(({ transferred, total }) => {
      bar.setTotal(total ?? transferred);
      bar.update(transferred);
    });
  } finally {
    bar.stop();
  }
}
