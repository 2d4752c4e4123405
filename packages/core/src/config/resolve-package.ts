import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isSettings } from './config-error.js';

const notFound = new Set(['ENOENT', 'ENOTDIR']);

/**
 * Finds the file that `import specifier` loads for a module in a folder: in the nearest `node_modules` with the package, by its `exports` for
 * `import` or its `main`. Node 20 has no stable function for this (`import.meta.resolve` takes no folder, `require.resolve` misses
 * packages that can only be imported).
 * @param folder absolute.
 * @returns undefined when the package is not installed.
 * @throws `Error` when it is installed, but does not export the specifier.
 */
export async function resolvePackage(specifier: string, folder: string): Promise<string | undefined> {
  const [, name, subpath = ''] = /^((?:@[^/]+\/)?[^/]+)(\/.+)?$/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  for (let parent = folder; ; parent = dirname(parent)) {
    const packageFolder = join(parent, 'node_modules', name);
    const text = await readFile(join(packageFolder, 'package.json'), 'utf8').catch(ignoreNotFound);
    if (text !== undefined) return resolveEntry(packageFolder, JSON.parse(text), subpath);
    if (parent === dirname(parent)) return undefined;
  }
}

async function resolveEntry(packageFolder: string, manifest: unknown, subpath: string): Promise<string> {
  const settings = isSettings(manifest) ? manifest : {};
  if (settings['exports'] !== undefined && settings['exports'] !== null) {
    const { exports } = await import('resolve.exports');
    const [target] = exports(settings, `.${subpath}`) ?? [];
    if (target === undefined) throw new Error(`${join(packageFolder, 'package.json')} does not export ".${subpath}"`);
    return join(packageFolder, target);
  }
  const main = typeof settings['main'] === 'string' ? settings['main'] : 'index.js';
  const candidates = subpath !== '' ? [subpath] : [main, `${main}.js`, join(main, 'index.js'), 'index.js'];
  for (const candidate of candidates) {
    const file = join(packageFolder, candidate);
    if ((await stat(file).catch(ignoreNotFound))?.isFile() === true) return file;
  }
  throw new Error(`${packageFolder} has no ${subpath === '' ? 'main file' : `file ${subpath.slice(1)}`}`);
}

function ignoreNotFound(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && notFound.has(String(error.code))) return undefined;
  throw error;
}
