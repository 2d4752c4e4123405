// Puts the sources of each public package into one file an entry, and one for what several of them, or a later `import()`, share. Node takes
// about half a millisecond for each module that it loads, and core has a hundred. The types stay as the compiler writes them, file by file.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { rolldown } from 'rolldown';

/** A package's entries, as names and sources; of a private package none: nobody imports it often. */
function entriesOf(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (manifest.private === true) return [];
  const built = Object.values(manifest.exports).filter((target) => typeof target === 'object');
  const names = built.map((target) => target.default.replace(/^\.\/dist\/(.*)\.js$/, '$1'));
  return names.map((name) => [name, `./src/${name}.ts`]);
}

/** A file is written only when it is another one: someone may be running it. */
function write(file, content) {
  let old;
  try {
    old = readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (old === content) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

for (const name of readdirSync('packages')) {
  const folder = join('packages', name);
  const entries = entriesOf(folder);
  if (entries.length === 0) continue;
  const bundle = await rolldown({
    cwd: join(process.cwd(), folder),
    input: Object.fromEntries(entries),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    tsconfig: false,
  });
  const { output } = await bundle.generate({ dir: 'dist', format: 'esm', sourcemap: true, chunkFileNames: 'shared/[name].js' });
  for (const part of output) write(join(folder, 'dist', part.fileName), part.type === 'chunk' ? part.code : part.source);
  await bundle.close();
}
