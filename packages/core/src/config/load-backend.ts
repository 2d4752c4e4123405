import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BackendModule } from './backend-module.js';
import { configError, isSettings, kindOf, within, wrongSetting } from './config-error.js';
import type { Origin } from './config-error.js';
import { schemeOf } from './datastore-url.js';
import { importFile } from './import-module.js';

/** The backends that go by a short name, which is also their URLs' scheme. */
const packages: Readonly<Record<string, string>> = {
  memory: '@anybucket/backend-memory',
  fs: '@anybucket/backend-fs',
  minio: '@anybucket/backend-minio',
};
const anyBackend = `${Object.keys(packages).join(', ')}, or the package or path of a module`;

/**
 * Imports the backend that a URL's scheme names.
 * @throws `ConfigError` for an unknown one, or one that isn't installed.
 */
export async function loadBackendOfUrl(url: string, origin: Origin): Promise<BackendModule> {
  const scheme = schemeOf(url);
  const specifier = packageOf(scheme);
  if (specifier !== undefined) return importBackend(specifier, origin);
  const schemes = Object.keys(packages).map((known) => `${known}:`);
  throw wrongSetting(origin, `a URL that begins with ${schemes.join(', ')}`, scheme === undefined ? 'no URL' : unknownScheme(url));
}

/**
 * Imports the backend that an object of settings names: by short name, package, or path.
 * @throws `ConfigError` for one that is unknown, isn't installed, or is no backend.
 */
export async function loadBackend(backend: unknown, origin: Origin): Promise<BackendModule> {
  const place = within(origin, 'backend');
  if (typeof backend !== 'string' || backend === '') throw wrongSetting(place, anyBackend, kindOf(backend));
  // More than one letter before a colon is a scheme; one is a drive of Windows.
  if (/^[^/\\]{2,}:/.test(backend))
    throw wrongSetting(place, anyBackend, 'what seems to be a URL (write a URL in place of the whole object)');
  return importBackend(packageOf(backend) ?? backend, place);
}

function packageOf(name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(packages, name) ? packages[name] : undefined;
}

/** The scheme is shown where what follows shows that it is one: in `KEY:SECRET@host` it would be a key. */
function unknownScheme(url: string): string {
  const scheme = /^[a-z0-9]{1,20}:(?=[/.]|$)/i.exec(url)?.[0];
  return scheme === undefined ? 'another scheme' : JSON.stringify(scheme);
}

async function importBackend(specifier: string, origin: Origin): Promise<BackendModule> {
  const file = isPath(specifier) ? fileOf(specifier, origin) : await resolvePackage(specifier, origin);
  let module: Partial<BackendModule>;
  try {
    module = await importFile(file);
  } catch (error) {
    throw configError(origin, `the backend ${JSON.stringify(specifier)} is there, but could not be imported`, error);
  }
  const { createDatastore, optionsSchema } = module;
  if (typeof createDatastore !== 'function' || !isSettings(optionsSchema) || !isSettings(optionsSchema.options)) {
    throw wrongSetting(origin, 'a module that exports `createDatastore` and `optionsSchema`', `${JSON.stringify(specifier)} without them`);
  }
  return { createDatastore, optionsSchema };
}

function isPath(specifier: string): boolean {
  return /^\.{0,2}[/\\]/.test(specifier) || isAbsolute(specifier);
}

function fileOf(path: string, origin: Origin): string {
  const file = resolvePath(origin.folder, path);
  if (!existsSync(file)) throw wrongSetting(origin, 'the path of a module', `no file ${JSON.stringify(file)}`);
  return file;
}

/** Finds a package as the application would: from where it is named, from the program that runs, and last from here. */
async function resolvePackage(specifier: string, origin: Origin): Promise<string> {
  const { resolve } = await import('import-meta-resolve');
  const program = process.argv[1];
  const places = [
    pathToFileURL(join(origin.folder, '_')).href,
    ...(program === undefined ? [] : [pathToFileURL(program).href]),
    import.meta.url,
  ];
  for (const place of places) {
    try {
      return fileURLToPath(resolve(specifier, place));
    } catch (error) {
      if (!isNotFound(error)) throw configError(origin, `the package ${JSON.stringify(specifier)} cannot be resolved`, error);
    }
  }
  if (Object.values(packages).includes(specifier)) {
    throw configError(origin, `the package ${specifier} is not installed; install it with: npm install ${specifier}`);
  }
  throw wrongSetting(origin, anyBackend, `${JSON.stringify(specifier)}, which is not installed (a package: npm install ${specifier})`);
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
