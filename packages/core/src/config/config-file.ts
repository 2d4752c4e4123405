import { access, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { types } from 'node:util';
import { isStorageError } from '../api/errors.js';
import { configError, describeType, isSettings } from './config-error.js';
import { importFile, isSyntaxError } from './import-module.js';
import { parseJson, parseYaml } from './parse-config.js';

/** File names in order of precedence within a folder; package.json counts only if it has a field `anybucket`. */
const searchPlaces = [
  ...['json', 'yaml', 'yml', 'js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((extension) => `anybucket.config.${extension}`),
  'package.json',
];

/** A configuration file. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  /** The content, or the field `anybucket` of a package.json. Not checked yet. */
  readonly content: unknown;
}

/**
 * Finds and reads the configuration file, in a folder or the nearest of its parents, up to the root of the repository.
 * @param cwd absolute.
 * @returns undefined when there is none.
 * @throws `ConfigError` for a file that cannot be read, parsed or run.
 */
export async function findConfigFile(cwd: string): Promise<ConfigFile | undefined> {
  const root = await searchRoot(cwd);
  for (let folder = cwd; ; folder = dirname(folder)) {
    for (const place of searchPlaces) {
      const file = await readConfigFile(join(folder, place));
      if (file !== undefined) return file;
    }
    if (folder === root) return undefined;
  }
}

/** Reads a configuration file. @returns undefined when it is missing, or a package.json without a configuration. */
async function readConfigFile(path: string): Promise<ConfigFile | undefined> {
  if (!(await exists(path))) return undefined;
  try {
    const text = await readFile(path, 'utf8');
    if (basename(path) === 'package.json') {
      const content = pickAnybucket(path, await parseJson(path, text));
      return content === undefined ? undefined : { path, content };
    }
    return { path, content: text.trim() === '' ? undefined : await load(path, text) };
  } catch (error) {
    if (isStorageError(error)) throw error;
    throw configError({ source: path, path: '', folder: dirname(path) }, 'the configuration could not be read', error);
  }
}

/** Returns the last folder to search: the root of the repository; without a repository that of the nearest package; otherwise `cwd`. */
async function searchRoot(cwd: string): Promise<string> {
  let packageRoot: string | undefined;
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (await exists(join(folder, '.git'))) return folder;
    if (packageRoot === undefined && (await exists(join(folder, 'package.json')))) packageRoot = folder;
    if (folder === dirname(folder)) return packageRoot ?? cwd;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function load(path: string, text: string): Promise<unknown> {
  if (path.endsWith('.json')) return parseJson(path, text);
  if (/\.ya?ml$/.test(path)) return parseYaml(path, text);
  return runConfig(path);
}

/** Returns the field `anybucket` of a package.json; undefined when there is none. */
function pickAnybucket(path: string, manifest: unknown): Record<string, unknown> | undefined {
  if (!isSettings(manifest) || !('anybucket' in manifest)) return undefined;
  const { anybucket } = manifest;
  if (isSettings(anybucket)) return anybucket;
  throw configError({ source: path, path: 'anybucket', folder: '' }, `expected an object of settings, found ${describeType(anybucket)}`);
}

async function runConfig(path: string): Promise<unknown> {
  const origin = { source: path, path: '', folder: '' };
  let module: Record<string, unknown>;
  try {
    module = await importFile(path);
  } catch (error) {
    if (!isSyntaxError(error)) throw configError(origin, 'running the configuration failed', withoutDetails(error));
    throw configError(
      { ...origin, source: `${path}${positionOf(path, error)}` },
      'expected a JavaScript or TypeScript module, found a syntax error',
    );
  }
  if (!('default' in module)) throw configError(origin, 'expected the configuration as the default export, found no default export');
  return module['default'];
}

/** Returns `:line` or `:line:column` if the error contains it: in the first line of its stack, or at the end of its message. */
function positionOf(path: string, error: unknown): string {
  const text = types.isNativeError(error) ? `${error.stack ?? ''}\n${error.message}` : '';
  const start = text.indexOf(`${path}:`);
  return start === -1 ? '' : (/^(?::\d+){1,2}/.exec(text.slice(start + path.length))?.[0] ?? '');
}

/**
 * Returns a copy of what a configuration threw, without details that may contain settings: other properties (Node's ERR_INVALID_URL has the
 * whole URL in one) and all but the first line of the message (compilers quote the source after it).
 */
function withoutDetails(error: unknown): unknown {
  if (!types.isNativeError(error)) return undefined;
  const copy = new Error(error.message.split('\n', 1)[0]);
  copy.name = error.name;
  const frames = error.stack?.split('\n').filter((line) => /^ {4}at /.test(line)) ?? [];
  copy.stack = [String(copy), ...frames].join('\n');
  return copy;
}
