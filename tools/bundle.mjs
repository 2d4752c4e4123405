// Bundles each public package into one file per entry, plus chunks for shared and lazily loaded code: Node spends about half a millisecond
// per module, and core has a hundred. Each package is built twice: ES modules in dist, CommonJS in dist/cjs. The declarations are those of the
// compiler, file by file; dist/cjs holds a copy of those that its entries reach, since TypeScript needs one per module format.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, posix } from 'node:path';
import { rolldown } from 'rolldown';

/** The entries of a package as `[name, source]`, by its `exports`; a private package has none, since it is not published. */
function entriesOf(manifest) {
  if (manifest.private === true) return [];
  const targets = Object.values(manifest.exports).filter((target) => typeof target === 'object');
  const names = targets.map((target) => target.import.default.replace(/^\.\/dist\/(.*)\.js$/, '$1'));
  return names.map((name) => [name, `./src/${name}.ts`]);
}

/** Returns whether an import stays an import. What is neither a dependency nor a peer is installed here only, so it is bundled. */
function isExternal(manifest, id) {
  if (id.startsWith('.') || isAbsolute(id)) return false;
  const name = id.split('/', id.startsWith('@') ? 2 : 1).join('/');
  return !(name in (manifest.devDependencies ?? {})) || name in (manifest.peerDependencies ?? {}) || name.startsWith('@anybucket/');
}

/** The package of a bundled module; undefined for a module of our own. */
function packageOf(module) {
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module.replaceAll('\\', '/'))?.[1];
}

/** Writes a file unless it has this content already: a program may be running from it. */
function write(file, content) {
  if (existsSync(file) && readFileSync(file, 'utf8') === content) return;
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
}

const formats = [
  { format: 'esm', dir: 'dist' },
  { format: 'cjs', dir: 'dist/cjs', plugins: [{ name: 'require-literals', renderChunk: requireLiterals }] },
];

/**
 * Turns `import('name')` into `require`, which Jest and bundlers understand everywhere. Other specifiers are known at run time only, and may
 * be those of ES modules.
 */
function requireLiterals(code) {
  return code.replaceAll(/\bimport\((?:\s|\/\*[^*]*\*\/)*("[^"]+")\s*\)/g, 'Promise.resolve(require($1))');
}

/** The package.json of dist/cjs. Bundlers look for `sideEffects` in the nearest one. */
function commonJsManifest({ sideEffects }) {
  const own = Array.isArray(sideEffects)
    ? sideEffects.filter((file) => file.startsWith('./dist/cjs/')).map((file) => file.replace('dist/cjs/', ''))
    : sideEffects;
  return `${JSON.stringify({ type: 'commonjs', sideEffects: own })}\n`;
}

/** The licenses of bundled packages, which their terms require beside the code. */
function licensesOf(packages) {
  return packages.map((name) => {
    const folder = join('node_modules', name);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
}

/** Returns the files of one format, by their path in the package. */
async function bundle(folder, manifest, { dir, ...output }) {
  const build = await rolldown({
    cwd: join(process.cwd(), folder),
    input: Object.fromEntries(entriesOf(manifest)),
    platform: 'node',
    external: (id) => isExternal(manifest, id),
    // `.cjs` files are copied to the folder of the entries, whatever folder imports them.
    plugins: [
      { name: 'copied-files', resolveId: (id) => (id.endsWith('.cjs') ? { id: `./${posix.basename(id)}`, external: true } : undefined) },
    ],
    // Prefers the ES modules of a bundled package.
    resolve: { mainFields: ['module', 'main'] },
    tsconfig: false,
  });
  const { output: parts } = await build.generate({
    dir,
    chunkFileNames: ({ moduleIds, name }) => `shared/${packageOf(moduleIds[0] ?? '')?.replace('/', '-') ?? name}.js`,
    esModule: true,
    comments: { jsdoc: false, annotation: true, legal: true },
    ...output,
  });
  await build.close();
  const files = new Map(parts.map((part) => [posix.join(dir, part.fileName), part.code]));
  const packages = new Set(parts.flatMap(({ moduleIds }) => moduleIds.map(packageOf)).filter((name) => name !== undefined));
  if (packages.size > 0) files.set('dist/THIRD-PARTY-LICENSES.txt', licensesOf([...packages]).join('\n---\n\n'));
  return files;
}

/** Returns the declarations that a package's entries reach, by their path in dist. */
function declarations(folder, entries) {
  const found = new Map();
  const visit = (file) => {
    if (found.has(file)) return;
    const text = readFileSync(join(folder, 'dist', file), 'utf8');
    found.set(file, text);
    for (const [, specifier] of text.matchAll(/\b(?:from |import\()['"](\.[^'"]+)\.js['"]/g))
      visit(posix.join(posix.dirname(file), `${specifier}.d.ts`));
  };
  for (const [name] of entries) visit(`${name}.d.ts`);
  return found;
}

/** Removes what an earlier build left in dist. */
function removeStale(folder, files) {
  for (const entry of readdirSync(join(folder, 'dist'), { recursive: true })) {
    const file = posix.join('dist', entry.replaceAll('\\', '/'));
    const source = file.replace('dist/', 'src/').replace(/\.d\.ts$/, '.ts');
    if (files.has(file) || file.endsWith('.tsbuildinfo') || statSync(join(folder, file)).isDirectory()) continue;
    if (file.endsWith('.d.ts') && !file.startsWith('dist/cjs/') && existsSync(join(folder, source))) continue;
    rmSync(join(folder, file));
  }
}

for (const name of readdirSync('packages')) {
  const folder = join('packages', name);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const entries = entriesOf(manifest);
  if (entries.length === 0) continue;
  // By path in the package, with slashes.
  const files = new Map([['dist/cjs/package.json', commonJsManifest(manifest)]]);
  for (const output of formats) for (const [file, code] of await bundle(folder, manifest, output)) files.set(file, code);
  for (const [file, text] of declarations(folder, entries)) files.set(posix.join('dist/cjs', file), text);
  // Copied as they are: they load dependencies lazily and synchronously, which ES modules cannot.
  for (const source of readdirSync(join(folder, 'src')).filter((file) => file.endsWith('.cjs'))) {
    for (const { dir } of formats) files.set(posix.join(dir, source), readFileSync(join(folder, 'src', source), 'utf8'));
  }
  removeStale(folder, files);
  for (const [file, content] of files) write(join(folder, file), content);
}
