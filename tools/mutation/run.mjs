// Mutation testing: changes the sources in one place at a time, and reports the changes that no test detects.
// `npm run mutate`, or `npm run mutate -- memory`. Writes the scores into docs/internals/mutation.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { format, resolveConfig } from 'prettier';

const page = 'docs/internals/mutation.md';

/** The sources to mutate, and the tests that should detect the mutants. */
const targets = {
  rules: { sources: 'packages/core/src/rules', tests: 'packages/core/test/rules' },
  memory: { sources: 'packages/backend-memory/src', tests: 'packages/backend-memory/test' },
};

/** Returns a row of the table. A mutant that makes the tests time out counts as detected. */
function row(name, mutants) {
  const detected = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const score = ((100 * detected) / mutants.length).toFixed(1);
  return `| ${name} | ${mutants.length} | ${mutants.length - detected} | ${score} % |`;
}

/** Returns a table with a row per file and a total. */
function table(mutants) {
  const files = [...new Set(mutants.map(({ fileName }) => fileName))].sort((a, b) => a.localeCompare(b));
  const rows = files.map((file) =>
    row(
      `\`${basename(file)}\``,
      mutants.filter(({ fileName }) => fileName === file),
    ),
  );
  return ['| file | mutants | undetected | score |', '| --- | ---: | ---: | ---: |', ...rows, row('total', mutants)].join('\n');
}

/** Replaces the text between the markers of a section. */
async function writeSection(name, text) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const whole = readFileSync(page, 'utf8');
  const [start, stop] = [whole.indexOf(begin), whole.indexOf(end)];
  if (start === -1 || stop < start) throw new Error(`${page} has no section ${begin} ... ${end}`);
  const written = `${whole.slice(0, start)}${begin}\n\n${text}\n\n${whole.slice(stop)}`;
  writeFileSync(page, await format(written, { ...(await resolveConfig(page)), parser: 'markdown' }));
}

const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !(name in targets));
if (unknown.length > 0) throw new Error(`unknown target ${unknown.join(', ')}; expected ${Object.keys(targets).join(', ')}`);

for (const [name, { sources, tests }] of Object.entries(targets)) {
  if (requested.length > 0 && !requested.includes(name)) continue;
  const stryker = new Stryker({
    mutate: [`${sources}/**/*.ts`],
    vitest: { dir: tests },
    jsonReporter: { fileName: `reports/mutation/${name}.json` },
  });
  await writeSection(name, table(await stryker.runMutationTest()));
}
