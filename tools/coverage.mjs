// Summarizes the coverage report of vitest per package. `npm run coverage` runs the tests and prints the table; CI prints one line
// (tools/summary.mjs).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const measures = ['lines', 'branches', 'functions'];

/**
 * Reads a `json-summary` report.
 * @returns the percentages per package and, last, of all packages: `{ name, lines, branches, functions }`.
 */
export function readCoverage(path) {
  const packages = new Map();
  for (const [file, counts] of Object.entries(JSON.parse(readFileSync(path, 'utf8')))) {
    const name = /[\\/]packages[\\/]([^\\/]+)[\\/]/.exec(file)?.[1];
    if (name !== undefined) packages.set(name, [...(packages.get(name) ?? []), counts]);
  }
  if (packages.size === 0) throw new Error(`${path} has no file of a package`);
  const rows = [...packages].sort(([a], [b]) => a.localeCompare(b)).map(([name, files]) => summarize(name, files));
  return [...rows, summarize('all', [...packages.values()].flat())];
}

/** Returns the percentages of a group of files, rounded down to one decimal: 100 means everything. */
function summarize(name, files) {
  const percent = (measure) => {
    const total = files.reduce((sum, file) => sum + file[measure].total, 0);
    const covered = files.reduce((sum, file) => sum + file[measure].covered, 0);
    return total === 0 ? 100 : Math.floor((covered / total) * 1000) / 10;
  };
  return Object.fromEntries([['name', name], ...measures.map((measure) => [measure, percent(measure)])]);
}

/** Returns the coverage of lines as one line of text. */
export function coverageLine(rows) {
  const [all, ...packages] = [rows.at(-1), ...rows.slice(0, -1)];
  return `line coverage ${all.lines} % (${packages.map(({ name, lines }) => `${name} ${lines}`).join(', ')})`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = readCoverage(process.argv[2] ?? 'reports/coverage/coverage-summary.json');
  console.log(`${'package'.padEnd(16)}${measures.map((measure) => measure.padStart(11)).join('')}`);
  for (const row of rows)
    console.log(`${row.name.padEnd(16)}${measures.map((measure) => `${row[measure].toFixed(1)} %`.padStart(11)).join('')}`);
  console.log('Details: reports/coverage/index.html');
}
