import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { types } from 'node:util';
import { isStorageError } from '../api/errors.js';
import { isOutOfDescriptors } from '../operations/to-storage-error.js';
import { configError, describeType, isSettings } from './config-error.js';
import { distrustOf, distrustOfFile, distrustOfFolder, untrustedFile } from './file-trust.js';
import type { Distrust } from './file-trust.js';
import { ignoreNotFound, importFile, isSyntaxError } from './import-module.js';
import { parseJson, parseYaml } from './parse-config.js';

/** File names in order of precedence within a folder, before package.json, which counts only if it has a field `anybucket`. */
const fileNames = ['json', 'yaml', 'yml', 'js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((extension) => `anybucket.config.${extension}`);

/** Formats that are not supported. Such a file would otherwise be ignored silently. */
const unsupportedNames = ['jsonc', 'json5', 'toml', 'jsx', 'tsx'].map((extension) => `anybucket.config.${extension}`);

/** The most bytes that are read of a package.json that is not trusted. */
const maxUntrustedBytes = 1024 * 1024;

/** A configuration file. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  /** The content, or the field `anybucket` of a package.json. Not checked yet. */
  readonly content: unknown;
  /** Whether the content comes from a module, which computes its settings itself, and not from JSON or YAML. */
  readonly isModule: boolean;
}

/**
 * Finds and reads the configuration file, in a folder or the nearest of its parents. The search ends at the root of a repository (`.git`), or
 * else at the root of the file system: a package.json does not end it, since the configuration of a workspace is above its packages.
 *
 * Nothing is used that another user could have written: see {@link distrustOf}. From the first folder on that is not trusted, files are still
 * looked for, but only to be reported.
 * @param cwd absolute.
 * @returns undefined when there is none.
 * @throws `ConfigError` for a file that is not trusted, or cannot be read, parsed or run.
 */
export async function findConfigFile(cwd: string): Promise<ConfigFile | undefined> {
  let distrust: Distrust | undefined;
  for (let folder = cwd; ; folder = dirname(folder)) {
    distrust ??= attempt(folder, () => distrustOfFolder(folder));
    for (const name of fileNames) {
      const path = join(folder, name);
      if (statsOf(path) !== undefined) return { path, content: await readFile(path, distrust), isModule: !/\.(?:json|ya?ml)$/.test(name) };
    }
    for (const name of unsupportedNames) {
      const source = join(folder, name);
      if (statsOf(source) !== undefined)
        throw configError({ source, path: '', folder }, 'expected JSON, YAML, JavaScript or TypeScript, found another format');
    }
    const path = join(folder, 'package.json');
    const content = await readPackageField(path, distrust);
    if (content !== undefined) return { path, content, isModule: false };
    if (folder === dirname(folder) || (distrust === undefined && isRepository(folder))) return undefined;
  }
}

function notTrusted(path: string, distrust: Distrust): Error {
  return untrustedFile(path, distrust, 'set ANYBUCKET_<NAME> for the datastore, with which no configuration file is used');
}

/** Calls the file system. @throws `ConfigError` */
function attempt<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (isStorageError(error)) throw error;
    throw configError({ source: path, path: '', folder: '' }, 'the configuration could not be read', error);
  }
}

/** Returns the stats of a path itself, not of what a link leads to, or undefined when there is nothing. */
function statsOf(path: string): Stats | undefined {
  return attempt(path, () => {
    try {
      return lstatSync(path);
    } catch (error) {
      return ignoreNotFound(error);
    }
  });
}

/** Returns whether a trusted folder is the root of a repository. A `.git` that another user put into a sticky folder does not make it one. */
function isRepository(folder: string): boolean {
  const path = join(folder, '.git');
  const stats = statsOf(path);
  return stats !== undefined && distrustOf(path, stats) === undefined;
}

/** Reads and parses a file that exists, or runs it. @param distrust the reason not to trust its folder. */
async function readFile(path: string, distrust: Distrust | undefined): Promise<unknown> {
  if (distrust !== undefined) throw notTrusted(path, distrust);
  const text = attempt(path, () => readTrusted(path));
  if (text.trim() === '') return undefined;
  if (path.endsWith('.json')) return parseJson(path, text);
  if (/\.ya?ml$/.test(path)) return parseYaml(path, text);
  return runConfig(path);
}

function readTrusted(path: string): string {
  // Twice: nothing is opened that is not trusted, and what is read is what was checked.
  requireTrusted(path);
  return withFile(path, (descriptor, stats) => {
    requireTrusted(path, stats);
    requireFile(path, stats);
    return readFileSync(descriptor, 'utf8');
  });
}

function requireTrusted(path: string, stats?: Stats): void {
  const distrust = distrustOfFile(path, stats);
  if (distrust !== undefined) throw notTrusted(path, distrust);
}

/** Opens a file, so that the one that is checked is the one that is read. */
function withFile<T>(path: string, read: (descriptor: number, stats: Stats) => T): T {
  // Opening a FIFO would otherwise wait for a writer. Windows has no such flag.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    return read(descriptor, fstatSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function requireFile(path: string, stats: Stats): void {
  if (stats.isFile()) return;
  throw configError(
    { source: path, path: '', folder: '' },
    `expected a file, found ${stats.isDirectory() ? 'a folder' : 'a special file'}`,
  );
}

/**
 * Reads the field `anybucket` of a package.json.
 * @returns undefined when there is none.
 * @throws `ConfigError` also when there is one in a package.json that is not trusted.
 */
async function readPackageField(path: string, folderDistrust: Distrust | undefined): Promise<Record<string, unknown> | undefined> {
  const entry = statsOf(path);
  if (entry === undefined) return undefined;
  const ownDistrust = distrustOf(path, entry);
  // A link of another user may lead to a device, which must not even be opened.
  if (entry.isSymbolicLink() && ownDistrust !== undefined) return undefined;
  const distrust = folderDistrust ?? ownDistrust ?? (entry.isSymbolicLink() ? distrustOfLink(path) : undefined);
  if (distrust !== undefined) {
    if (hasUntrustedField(path)) throw notTrusted(path, distrust);
    return undefined;
  }
  const manifest = await parseJson(
    path,
    attempt(path, () => readTrusted(path)),
  );
  if (!isSettings(manifest) || !('anybucket' in manifest)) return undefined;
  const { anybucket } = manifest;
  if (isSettings(anybucket)) return anybucket;
  throw configError({ source: path, path: 'anybucket', folder: '' }, `expected an object of settings, found ${describeType(anybucket)}`);
}

function distrustOfLink(path: string): Distrust | undefined {
  return attempt(path, () => distrustOfFile(path));
}

/**
 * Returns whether a package.json that is not trusted has a field `anybucket`: it must be reported then, since without it the embedded default
 * would apply. Nothing else of it is used, and one that cannot be read counts as a package without a configuration.
 */
function hasUntrustedField(path: string): boolean {
  let text: string;
  try {
    text = withFile(path, (descriptor, stats) =>
      stats.isFile() && stats.size <= maxUntrustedBytes ? readFileSync(descriptor, 'utf8') : '',
    );
  } catch (error) {
    if (isOutOfDescriptors(error)) throw configError({ source: path, path: '', folder: '' }, 'the configuration could not be read', error);
    return false;
  }
  try {
    const manifest: unknown = JSON.parse(text);
    return isSettings(manifest) && 'anybucket' in manifest;
  } catch {
    return false;
  }
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
