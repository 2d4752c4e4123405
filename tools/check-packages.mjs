// Looks at every public package as npm would publish it: publint (package.json against the files), attw', '--pack', folder],
// who import it), and the files that no package may lack. Run it by `npm run packages`, after a build.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const needed = ['LICENSE', 'README.md', 'package.json'];

/** Runs npm with the running Node: `npm` itself is no executable on Windows. */
function npm(...args) {
  const cli = process.env.npm_execpath;
  if (!cli) throw new Error('Run this by `npm run packages`.');
  const { error, status, stdout } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (error) throw error;
  return { ok: status === 0, stdout };
}

/** The folders of the packages that are published. */
function publicPackages() {
  return readdirSync('packages', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `packages/${entry.name}`)
    .filter((folder) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')).private !== true);
}

/** What would be wrong with the package once published, as text for people; empty when nothing is. */
function problemsOf(folder) {
  const [packed] = JSON.parse(npm('pack', `./${folder}`, '--dry-run', '--json').stdout);
  const names = new Set(packed.files.map((file) => file.path));
  const problems = needed.filter((file) => !names.has(file)).map((file) => `It would be published without ${file}.`);
  const checks = [
    ['publint', '--strict', '--pack', 'npm', folder],
    ['attw', '--pack', folder],
  ];
  for (const check of checks) {
    const { ok, stdout } = npm('exec', '--', ...check);
    if (!ok) problems.push(stdout);
  }
  return problems;
}

for (const folder of publicPackages()) {
  const problems = problemsOf(folder);
  console.log([`${folder}: ${problems.length === 0 ? 'ok' : 'not fit to be published'}`, ...problems].join('\n'));
  if (problems.length > 0) process.exitCode = 1;
}
