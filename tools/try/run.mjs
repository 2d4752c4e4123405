// Packs the packages as npm would publish them, installs them in fresh projects, and tries what users do with them: bundlers, frameworks, test
// runners, compilers, runtimes. `npm run try` runs all and writes docs/compatibility.md; `--only TEXT` runs the scenarios whose name starts with
// the text, `--quick` the few that CI runs, `--keep` leaves the projects. Versions are those of apps/*/package.json.
import { rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scenarios as bundlers } from './bundlers.mjs';
import { scenarios as frameworks } from './frameworks.mjs';
import { Workshop } from './harness.mjs';
import { report } from './report.mjs';
import { scenarios as runtimes } from './runtimes.mjs';
import { scenarios as testRunners } from './test-runners.mjs';
import { scenarios as types } from './types.mjs';

const groups = {
  Bundlers: bundlers,
  Frameworks: frameworks,
  'Test runners': testRunners,
  TypeScript: types,
  'Other runtimes': runtimes,
};

const { values } = parseArgs({ options: { only: { type: 'string' }, quick: { type: 'boolean' }, keep: { type: 'boolean' } } });
const isSelected = ({ name, quick }) =>
  (values.only === undefined || name.startsWith(values.only)) && (values.quick !== true || quick === true);

const workshop = new Workshop();
const results = [];
try {
  await workshop.pack();
  for (const [group, scenarios] of Object.entries(groups)) {
    for (const scenario of scenarios.filter(isSelected)) {
      const started = performance.now();
      const result = { group, ...scenario };
      try {
        result.version = await scenario.run(workshop);
      } catch (error) {
        result.failure = String(error?.message ?? error);
      }
      results.push(result);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${result.failure === undefined ? 'ok  ' : 'FAIL'} ${scenario.name} ${result.version ?? ''} (${seconds} s)`);
      if (result.failure !== undefined) console.log(result.failure.replaceAll(/^/gm, '     '));
    }
  }
} finally {
  if (values.keep === true) console.log(`The projects are in ${workshop.folder}.`);
  else rmSync(workshop.folder, { recursive: true, force: true });
}

const failed = results.filter(({ failure }) => failure !== undefined).length;
console.log(`${results.length - failed} of ${results.length} scenarios passed`);
if (failed > 0 || results.length === 0) process.exitCode = 1;
else if (values.only === undefined && values.quick !== true) writeFileSync('docs/compatibility.md', await report(results));
