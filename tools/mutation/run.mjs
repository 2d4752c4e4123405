// Mutation testing: breaks the sources in one place after the other, runs the tests that reach it, and tells what none of them noticed.
// `npm run mutate`, or `npm run mutate -- memory`; writes the scores into docs/internals/mutation.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { format, resolveConfig } from 'prettier';

const page = 'docs/internals/mutation.md';

/** What can be mutated, each with the tests that must notice. */
const parts = {
  rules: { sources: 'packages/core/src/rules', tests: 'packages/core/test/rules' },
  memory: { sources: 'packages/backend-memory/src', tests: 'packages/backend-memory/test' },
};

/** A row of the table: how many of some mutants were noticed. One that makes the tests hang is noticed as well. */
function row(name, mutants) {
  const noticed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
  const score = ((100 * noticed) / mutants.length).toFixed(1);
  return `| ${name} | ${mutants.length} | ${mutants.length - noticed} | ${score} % |`;
}

/** A table of the files, and of all together. */
function table(mutants) {
  const files = [...new Set(mutants.map(({ fileName }) => fileName))].sort((a, b) => a.localeCompare(b));
  const rows = files.map((file) =>
    row(
      `\`${basename(file)}\``,
      mutants.filter(({ fileName }) => fileName === file),
    ),
  );
  return ['| file | mutants | unnoticed | score |', '| --- | ---: | ---: | ---: |', ...rows, row('all', mutants)].join('\n');
}

/** Puts a text between the marks of a part. */
async function writeSection(name, text) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const whole = readFileSync(page, 'utf8');
  const [start, stop] = [whole.indexOf(begin), whole.indexOf(end)];
  if (start === -1 || stop < start) throw new Error(`${page} has no place ${begin} ... ${end}`);
  const written = `${whole.slice(0, start)}${begin}\n\n${text}\n\n${whole.slice(stop)}`;
  writeFileSync(page, await format(written, { ...(await resolveConfig(page)), parser: 'markdown' }));
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);

for (const [name, { sources, tests }] of Object.entries(parts)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const stryker = new Stryker({
    mutate: [`${sources}/**/*.ts`],
    vitest: { dir: tests },
    jsonReporter: { fileName: `reports/mutation/${name}.json` },
  });
  await writeSection(name, table(await stryker.runMutationTest()));
}
