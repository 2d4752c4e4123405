// Looks at every public package as npm would publish it: publint (package.json against the files), attw (do the types resolve for those
// who import it), and the files that no package may lack. Run it by `npm run packages`, after a build.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const needed = ['LICENSE', 'README.md', 'package.json'];

/** Runs npm with the running Node: `npm` itself is no executable on Windows. */
function npm(args, options = {}) {
  const cli = process.env.npm_execpath;
  if (!cli) throw new Error('Run this by `npm run packages`.');
  const { error, status, stdout } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', stdio: 'inherit', ...options });
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

/** Says which of the needed files the package would be published without. */
function missingFiles(folder) {
  const { stdout } = npm(['pack', '--dry-run', '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const [report] = JSON.parse(stdout);
  const packed = new Set(report.files.map((file) => file.path));
  return needed.filter((file) => !packed.has(file));
}

let ok = true;
for (const folder of publicPackages()) {
  const missing = missingFiles(folder);
  if (missing.length > 0) console.error(`${folder}: would be published without ${missing.join(', ')}`);
  const lints = npm(['exec', '--', 'publint', '--strict', '--pack', 'npm', folder]);
  const types = npm(['exec', '--', 'attw', '--profile', 'esm-only', '--pack', folder]);
  ok = ok && missing.length === 0 && lints.ok && types.ok;
}
process.exitCode = ok ? 0 : 1;
