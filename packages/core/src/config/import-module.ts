import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { importPackage, requireDescriptors } from '../driver/import-package.js';
import { isOutOfDescriptors } from '../operations/to-storage-error.js';
import { isSettings } from './config-error.js';

/** Imports a JavaScript or TypeScript file. Node 20 cannot run TypeScript, so such a file is imported with jiti. */
export async function importFile(path: string): Promise<Record<string, unknown>> {
  requireDescriptors();
  if (!/\.[cm]?ts$/.test(path)) {
    const url = pathToFileURL(path).href;
    try {
      return await importUrl(url);
    } catch (error) {
      if (!isOutOfDescriptors(error)) throw error;
      // Other calls took the descriptors. Node never repeats an import that has failed once, except by another URL.
      return importUrl(`${url}?retry=${randomUUID()}`);
    }
  }
  // jiti loads its compiler from its own folder, so a copy in a bundle would not work.
  const { createJiti } = await importPackage('jiti', () => import(/* webpackIgnore: true */ 'jiti'), import.meta.url);
  // No cache on disk: a configuration is small, and no files should be left behind.
  const jiti = createJiti(path, { fsCache: false });
  return jiti.import<Record<string, unknown>>(path);
}

async function importUrl(url: string): Promise<Record<string, unknown>> {
  // The comments keep bundlers from resolving a path that is known only at run time.
  return (await import(/* webpackIgnore: true */ /* @vite-ignore */ url)) as Record<string, unknown>;
}

/** Returns whether an import failed because a module could not be parsed. The message of such an error quotes the source. */
export function isSyntaxError(error: unknown): boolean {
  return types.isNativeError(error) && (error.name === 'SyntaxError' || error.message.startsWith('ParseError'));
}

/** Returns whether an import failed because the package itself was not found, not one of its dependencies. */
export function isMissingPackage(name: string, error: unknown): boolean {
  // No `instanceof Error`: Jest's errors come from another realm. Node, Jest and bundlers quote the name; Yarn Plug'n'Play does not.
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
  return [`'${name}'`, `"${name}"`, `tried to access ${name} `].some((part) => message.includes(part));
}

/**
 * Finds the file that `import specifier` loads for a module in a folder: in the nearest `node_modules` with the package, by its `exports` for
 * `import` or its `main`. Node 20 has no stable function for this: `import.meta.resolve` takes no folder, and `require.resolve` fails for
 * packages that export for `import` only.
 * @param folder absolute.
 * @returns undefined when the package is not installed.
 * @throws `Error` when the package is installed, but does not export the specifier.
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
    const { exports } = await importPackage('resolve.exports', () => import('resolve.exports'), import.meta.url);
    const [target] = exports(settings, `.${subpath}`) ?? [];
    if (target === undefined) throw new Error(`the package ${packageFolder} does not export ".${subpath}"`);
    return join(packageFolder, target);
  }
  const entry = typeof settings['main'] === 'string' ? settings['main'] : 'index.js';
  const candidates = subpath !== '' ? [subpath] : [entry, `${entry}.js`, join(entry, 'index.js'), 'index.js'];
  for (const candidate of candidates) {
    const file = join(packageFolder, candidate);
    if ((await stat(file).catch(ignoreNotFound))?.isFile() === true) return file;
  }
  throw new Error(`the package ${packageFolder} has no file ${candidates[0]}`);
}

/** Returns undefined for the failure of a file system call because the path does not exist. Rethrows any other error. */
export function ignoreNotFound(error: unknown): undefined {
  // Not `instanceof Error`: under Jest, errors of Node come from another realm.
  if (types.isNativeError(error) && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
  throw error;
}
