// Writes Markdown tables into bench/README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { format, resolveConfig } from 'prettier';

const readme = new URL('../README.md', import.meta.url);

/**
 * Returns a table with a row per measurement and a column per contender. Each cell has its ratio to the first column.
 * @param {{ name: string, unit: string, digits: number, values: Map<string, number> }[]} rows
 * @param {string[]} names the names of the contenders
 */
export function timesTable(rows, names) {
  const [baseline] = names;
  const cells = rows.map(({ name, unit, digits, values }) => [
    name,
    ...names.map((contender) => {
      const value = values.get(contender);
      if (value === undefined) return '-';
      const ratio = contender === baseline ? '' : ` (${(value / values.get(baseline)).toFixed(2)}x)`;
      return `${value.toFixed(digits)} ${unit}${ratio}`;
    }),
  ]);
  return table(['', ...names], cells);
}

/** Returns a Markdown table. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Describes the machine and its load. The run itself causes a load of about 1. */
export function describeMachine() {
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, load average ${loadavg()[0].toFixed(1)}`;
}

/** Replaces the text between the markers of a section. */
export async function writeSection(name, text) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const whole = readFileSync(readme, 'utf8');
  const [start, stop] = [whole.indexOf(begin), whole.indexOf(end)];
  if (start === -1 || stop < start) throw new Error(`bench/README.md has no section ${begin} ... ${end}`);
  const written = `${whole.slice(0, start)}${begin}\n\n${text}\n\n${whole.slice(stop)}`;
  writeFileSync(readme, await format(written, { ...(await resolveConfig(readme)), parser: 'markdown' }));
}
