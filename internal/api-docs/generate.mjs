// Generates, from the type declarations in `dist`:
//   api/<entry>.api.md          the public API of each entry of each published package, one file per entry (API Extractor)
//   docs/reference/<entry>.md   the API reference, one page per entry (TypeDoc)
// `npm run api` updates both; with `--check` nothing is written, and the run fails if a file is stale.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeReports } from './reports.mjs';
import { writeReference } from './reference.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outputs = [
  { folder: 'api', write: writeReports },
  { folder: 'docs/reference', write: writeReference },
];

/** Returns the declarations that a target of `exports` leads to, those of ES modules where there are two. */
function typesOf(target) {
  if (typeof target !== 'object' || target === null) return undefined;
  return typeof target.types === 'string' ? target.types : (typesOf(target.import) ?? typesOf(target.default));
}

/** Returns the entries of all published packages, core first: name as imported, name for files, folder of the package, path of the declarations. */
function publicEntries() {
  const packages = ['core', ...readdirSync(join(root, 'packages')).filter((name) => name !== 'core')];
  return packages.flatMap((directory) => {
    const folder = join(root, 'packages', directory);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (manifest.private === true) return [];
    return Object.entries(manifest.exports).flatMap(([subpath, target]) => {
      const types = typesOf(target);
      if (types === undefined) return [];
      const name = `${manifest.name}${subpath.slice(1)}`;
      return [
        { name, file: name.replace(/^@anybucket\//, '').replaceAll('/', '-'), folder, types: join(folder, types).replaceAll('\\', '/') },
      ];
    });
  });
}

/** Returns the files below a folder as path -> content; a missing folder is empty. */
async function contentsOf(folder) {
  if (!existsSync(folder)) return new Map();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(
    files.map(async (file) => [file.slice(folder.length + 1).replaceAll('\\', '/'), await readFile(file, 'utf8')]),
  );
  return new Map(contents);
}

/** Returns the paths that differ between two folders. */
async function differences(left, right) {
  const [a, b] = await Promise.all([contentsOf(left), contentsOf(right)]);
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));
}

const check = process.argv.includes('--check');
const entries = publicEntries();
// Inside the repository, so that the compiler finds @types/node.
mkdirSync(join(root, 'reports'), { recursive: true });
const scratch = mkdtempSync(join(root, 'reports', 'api-'));
try {
  for (const { folder, write } of outputs) {
    const target = join(root, folder);
    const fresh = join(scratch, folder);
    await mkdir(fresh, { recursive: true });
    await write(entries, fresh);
    const stale = await differences(fresh, target);
    if (check) {
      for (const path of stale) console.error(`${folder}/${path} is stale: run \`npm run api\` and commit the result.`);
      if (stale.length > 0) process.exitCode = 1;
    } else if (stale.length > 0) {
      await rm(target, { recursive: true, force: true });
      await cp(fresh, target, { recursive: true });
      for (const path of stale) console.log(`${folder}/${path} updated`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true });
}
