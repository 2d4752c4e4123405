// Tables in Markdown, and their places in bench/README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { format, resolveConfig } from 'prettier';

const readme = new URL('README.md', import.meta.url);

/**
 * A table of times: a row for each measured row, a column for each contender, with how many times the first one's it is.
 * @param {{ name: string, unit: string, digits: number, values: Map<string, number> }[]} rows
 * @param {string[]} names the contenders
 */
export function timesTable(rows, names) {
  const [own] = names;
  const cells = rows.map(({ name, unit, digits, values }) => [
    name,
    ...names.map((contender) => {
      const value = values.get(contender);
      if (value === undefined) return '-';
      const ratio = contender === own ? '' : ` (${(value / values.get(own)).toFixed(2)}x)`;
      return `${value.toFixed(digits)} ${unit}${ratio}`;
    }),
  ]);
  return table(['', ...names], cells);
}

/** A table in Markdown. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Where the numbers come from, and how busy it was there: the run itself makes a load of about 1. */
export function machine() {
  return `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}, load average ${loadavg()[0].toFixed(1)}`;
}

/** Puts a text between the marks of a section. */
export async function writeSection(name, text) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const whole = readFileSync(readme, 'utf8');
  const [start, stop] = [whole.indexOf(begin), whole.indexOf(end)];
  if (start === -1 || stop < start) throw new Error(`bench/README.md has no place ${begin} ... ${end}`);
  const written = `${whole.slice(0, start)}${begin}\n\n${text}\n\n${whole.slice(stop)}`;
  writeFileSync(readme, await format(written, { ...(await resolveConfig(readme)), parser: 'markdown' }));
}
