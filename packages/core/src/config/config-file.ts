import { access } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { configError, isSettings, kindOf } from './config-error.js';
import { importFile, isSyntaxError } from './import-module.js';
import { parseJson } from './parse-json.js';
import { parseYaml } from './parse-yaml.js';
import { isStorageError } from '../api/errors.js';

/** In a folder, the first of these that is there counts; package.json only with an `anybucket` in it. */
const searchPlaces = [
  ...['json', 'yaml', 'yml', 'js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((extension) => `anybucket.config.${extension}`),
  'package.json',
];

/** A configuration file that was found. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  /** What it holds, or what is under `anybucket` in a package.json. Not checked yet. */
  readonly content: unknown;
}

/**
 * Finds and reads the configuration file: in the folder given or above it, at most up to the repository's root.
 * @param cwd absolute.
 * @returns undefined when there is none.
 * @throws `ConfigError` for a file that can't be read, parsed or run.
 */
export async function findConfigFile(cwd: string): Promise<ConfigFile | undefined> {
  const { lilconfig } = await import('lilconfig');
  const loaders = Object.fromEntries(searchPlaces.map((place) => [extname(place), load]));
  const searcher = lilconfig('anybucket', {
    cache: false,
    ignoreEmptySearchPlaces: false,
    loaders,
    searchPlaces,
    stopDir: await searchRoot(cwd),
  });
  try {
    const found = await searcher.search(cwd);
    return found === null ? undefined : { path: found.filepath, content: found.config as unknown };
  } catch (error) {
    if (isStorageError(error)) throw error;
    const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : cwd;
    throw configError({ source: path, path: '', folder: cwd }, 'the configuration could not be read', error);
  }
}

/** The last folder to look into: the repository's root; without a repository the nearest package's; without both the one we start from. */
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
  if (path.endsWith('package.json')) return packageSettings(path, await parseJson(path, text));
  if (path.endsWith('.json')) return parseJson(path, text);
  if (/\.ya?ml$/.test(path)) return parseYaml(path, text);
  return runConfig(path);
}

/** What the search takes from a package.json. It overlooks an `anybucket` of null or false, so that is refused here. */
function packageSettings(path: string, manifest: unknown): Record<string, unknown> {
  if (!isSettings(manifest) || !('anybucket' in manifest)) return {};
  const { anybucket } = manifest;
  if (!isSettings(anybucket))
    throw configError({ source: path, path: 'anybucket', folder: '' }, `expected an object of settings, found ${kindOf(anybucket)}`);
  return { anybucket };
}

async function runConfig(path: string): Promise<unknown> {
  const origin = { source: path, path: '', folder: '' };
  let module: Record<string, unknown>;
  try {
    module = await importFile(path);
  } catch (error) {
    if (!isSyntaxError(error)) throw configError(origin, 'running the configuration failed', reduced(error));
    throw configError(
      { ...origin, source: `${path}${placeOf(path, error)}` },
      'expected a module of JavaScript or TypeScript, found a syntax error',
    );
  }
  if (!('default' in module)) throw configError(origin, 'expected the configuration as default export, found no such export');
  return module['default'];
}

/** `:line` or `:line:column`, where the error tells it: in the head of its stack or at the end of its message. */
function placeOf(path: string, error: unknown): string {
  const text = error instanceof Error ? `${error.stack ?? ''}\n${error.message}` : '';
  const after = text.indexOf(`${path}:`);
  return after === -1 ? '' : (/^(?::\d+){1,2}/.exec(text.slice(after + path.length))?.[0] ?? '');
}

/**
 * What a configuration threw, reduced to what shows no settings: no other properties (Node's ERR_INVALID_URL carries the whole URL in one),
 * and of the message the first line (compilers quote the source below it).
 */
function reduced(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  const plain = new Error(error.message.split('\n', 1)[0]);
  plain.name = error.name;
  const frames = error.stack?.split('\n').filter((line) => /^ {4}at /.test(line)) ?? [];
  plain.stack = [String(plain), ...frames].join('\n');
  return plain;
}
