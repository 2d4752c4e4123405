// Checks every public package as npm would publish it: the files, publint (package.json against the files), attw (types for every way of
// importing), the links of the README, and the size of what a bundle gets from each entry. Run it by `npm run packages`, after a build.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const requiredFiles = ['LICENSE', 'README.md', 'package.json'];

/**
 * What an application's bundle gains from importing an entry eagerly, in KiB: minified, without dependencies and lazily loaded chunks. A limit
 * leaves some room, and is raised on purpose only.
 */
const maxKiB = {
  '@anybucket/core': 16,
  '@anybucket/core/backend': 140,
  '@anybucket/core/container': 31,
  '@anybucket/core/contract': 275,
  '@anybucket/backend-memory': 27,
  '@anybucket/backend-fs': 85,
  '@anybucket/backend-minio': 110,
  '@anybucket/backend-minio/opentelemetry': 4,
  '@anybucket/s3-server': 105,
  '@anybucket/testing': 50,
  '@anybucket/testing/jest': 12,
  '@anybucket/testing/node-test': 12,
  '@anybucket/testing/vitest': 12,
  '@anybucket/http': 30,
  '@anybucket/http/multer': 5,
  anybucket: 12,
};

/** Runs npm with the running Node: `npm` itself is not an executable on Windows. */
function npm(...args) {
  const cli = process.env.npm_execpath;
  if (!cli) throw new Error('Run this by `npm run packages`.');
  const { error, status, stdout } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (error) throw error;
  return { ok: status === 0, stdout };
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** The folders of the packages that are published. */
function publicPackages() {
  return readdirSync('packages', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `packages/${entry.name}`)
    .filter((folder) => readManifest(folder).private !== true);
}

/** The entries of a package with the files that `import` loads, by specifier. */
function entriesOf(folder) {
  const { name, exports } = readManifest(folder);
  const entries = Object.entries(exports).filter(([, target]) => typeof target === 'object');
  return entries.map(([subpath, target]) => [`${name}${subpath.slice(1)}`, join(folder, target.import.default)]);
}

/** Returns what a bundle gains from an entry, in KiB. */
async function sizeOf(file) {
  const build = await rolldown({
    input: join(process.cwd(), file),
    platform: 'node',
    external: (id) => !id.startsWith('.') && id[0] !== '/',
  });
  const { output } = await build.generate({ format: 'esm', minify: true });
  await build.close();
  const chunks = new Map(output.map((chunk) => [chunk.fileName, chunk]));
  const eager = new Set();
  const visit = (name) => {
    if (eager.has(name) || !chunks.has(name)) return;
    eager.add(name);
    chunks.get(name).imports.forEach(visit);
  };
  visit(output.find((chunk) => chunk.isEntry).fileName);
  return [...eager].reduce((sum, name) => sum + Buffer.byteLength(chunks.get(name).code), 0) / 1024;
}

/** The links of a README that the registry's page cannot follow. */
function relativeLinks(folder) {
  const links = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/\]\((?!https?:|#)([^)]+)\)/g);
  return [...links].map(([, link]) => link);
}

/** Returns what is wrong with a package, as text. */
async function problemsOf(folder) {
  const [packed] = JSON.parse(npm('pack', `./${folder}`, '--dry-run', '--json').stdout);
  const names = new Set(packed.files.map((file) => file.path));
  const problems = requiredFiles.filter((file) => !names.has(file)).map((file) => `${file} would not be published.`);
  for (const link of relativeLinks(folder))
    problems.push(`README.md links to ${link}, which the registry cannot show: link to the repository.`);
  const checks = [
    ['publint', '--strict', '--pack', 'npm', folder],
    ['attw', '--pack', folder],
  ];
  for (const check of checks) {
    const { ok, stdout } = npm('exec', '--', ...check);
    if (!ok) problems.push(stdout);
  }
  for (const [specifier, file] of entriesOf(folder)) {
    const size = await sizeOf(file);
    console.log(`${specifier}: ${size.toFixed(1)} of ${maxKiB[specifier]} KiB`);
    if (!(size <= maxKiB[specifier])) problems.push(`${specifier} has ${size.toFixed(1)} KiB, over its limit in tools/check-packages.mjs.`);
  }
  console.log(`${folder}: ${(packed.unpackedSize / 1024).toFixed(0)} KiB unpacked, ${(packed.size / 1024).toFixed(0)} KiB packed`);
  return problems;
}

for (const folder of publicPackages()) {
  const problems = await problemsOf(folder);
  console.log([`${folder}: ${problems.length === 0 ? 'ok' : 'not ready to be published'}`, ...problems].join('\n'));
  if (problems.length > 0) process.exitCode = 1;
}
