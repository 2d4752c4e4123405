import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { cut, isStorageError, quote } from '../api/errors.js';
import { importPackage, rethrow } from '../driver/import-package.js';
import type { BackendModule, Backends } from './backend-module.js';
import { childOrigin, configError, describeType, invalidSetting, isSettings } from './config-error.js';
import type { Origin } from './config-error.js';
import { schemeOf } from './datastore-url.js';
import { distrustOfPackageFile, untrustedFile } from './file-trust.js';
import { importFile, isMissingPackage, resolvePackage } from './import-module.js';

/** The backends with a short name, which is also the scheme of their URLs. */
const packages = {
  memory: '@anybucket/backend-memory',
  fs: '@anybucket/backend-fs',
  minio: '@anybucket/backend-minio',
  s3: '@anybucket/backend-minio',
} as const;
type ShortName = keyof typeof packages;

/** Schemes of URLs that are the address of a server. */
const serverSchemes: Readonly<Record<string, ShortName>> = { http: 's3', https: 's3' };

/**
 * Loads the backend of a URL, by its scheme.
 * @throws `ConfigError` for an unknown scheme, or a backend that is not installed or fails to load.
 */
export async function loadBackendOfUrl(url: string, backends: Backends, origin: Origin): Promise<BackendModule> {
  const scheme = schemeOf(url);
  if (scheme !== undefined && (Object.hasOwn(backends, scheme) || isShortName(scheme))) return load(scheme, backends, origin);
  const server = scheme === undefined || !Object.hasOwn(serverSchemes, scheme) ? undefined : serverSchemes[scheme];
  if (server !== undefined) return load(server, backends, origin);
  const schemes = [...namesOf(backends), ...Object.keys(serverSchemes)].map((name) => `${name}:`);
  throw invalidSetting(origin, `a URL that begins with ${schemes.join(', ')}`, scheme === undefined ? 'no URL' : unknownScheme(url));
}

/**
 * Loads the backend that an object of settings names: by registered name, short name, package, or path.
 * @throws `ConfigError` for a backend that is unknown, is not installed, fails to load, or lacks the required exports.
 */
export async function loadBackend(backend: unknown, backends: Backends, origin: Origin): Promise<BackendModule> {
  const backendOrigin = childOrigin(origin, 'backend');
  if (typeof backend !== 'string' || backend === '') throw invalidSetting(backendOrigin, expectedBackend(backends), describeType(backend));
  if (Object.hasOwn(backends, backend)) return load(backend, backends, backendOrigin);
  // More than one letter before a colon is a scheme; one letter is a Windows drive.
  if (/^[^/\\]{2,}:/.test(backend))
    throw invalidSetting(backendOrigin, expectedBackend(backends), 'what seems to be a URL (write a URL in place of the whole object)');
  return load(backend, backends, backendOrigin);
}

function namesOf(backends: Backends): string[] {
  return [...new Set([...Object.keys(packages), ...Object.keys(backends)])];
}

function expectedBackend(backends: Backends): string {
  return `${namesOf(backends).join(', ')}, or the package or path of a module`;
}

function isShortName(name: string): name is ShortName {
  return Object.hasOwn(packages, name);
}

/** Returns the scheme for a message only where what follows proves that it is one: in `KEY:SECRET@host` it would be a key. */
function unknownScheme(url: string): string {
  const scheme = /^[a-z0-9]{1,20}:(?=[/.]|$)/i.exec(url)?.[0];
  return scheme === undefined ? 'another scheme' : JSON.stringify(scheme);
}

async function load(name: string, backends: Backends, origin: Origin): Promise<BackendModule> {
  let module: unknown;
  try {
    module = await importModule(name, backends, origin);
  } catch (error) {
    throw isStorageError(error) ? error : configError(origin, `the backend ${quote(name)} failed to load`, error);
  }
  if (module === undefined) throw notInstalled(name, backends, origin);
  if (!isBackendModule(module)) {
    throw invalidSetting(origin, 'a module that exports `createDatastore` and `optionsSchema`', `${quote(name)} without them`);
  }
  return module;
}

function isBackendModule(module: unknown): module is BackendModule {
  if (typeof module !== 'object' || module === null) return false;
  const { createDatastore, optionsSchema } = module as Partial<BackendModule>;
  return typeof createDatastore === 'function' && isSettings(optionsSchema) && isSettings(optionsSchema.options);
}

/** @returns undefined when the backend is not installed. */
async function importModule(name: string, backends: Backends, origin: Origin): Promise<unknown> {
  const registered = backends[registeredName(name, backends)];
  if (registered !== undefined) return typeof registered === 'function' ? ((await registered()) ?? null) : registered;
  if (isShortName(name)) return (await importShortName(name)) ?? importFromApplication(packages[name], origin);
  if (!isPath(name)) return (await importFromApplication(name, origin)) ?? importFromHere(name);
  const file = resolve(origin.folder, name);
  return existsSync(file) ? importFile(file) : undefined;
}

/** A backend that is registered as `minio` also serves `s3`. */
function registeredName(name: string, backends: Backends): string {
  return name === 's3' && !Object.hasOwn(backends, name) ? 'minio' : name;
}

async function importShortName(name: ShortName): Promise<unknown> {
  // Literal specifiers within `try`: bundlers include the backends that are installed, and do not require the others.
  try {
    switch (name) {
      case 'memory':
        return await importPackage(
          packages[name],
          async () => {
            try {
              return await import('@anybucket/backend-memory');
            } catch (error) {
              return rethrow(error);
            }
          },
          import.meta.url,
        );
      case 'fs':
        return await importPackage(
          packages[name],
          async () => {
            try {
              return await import('@anybucket/backend-fs');
            } catch (error) {
              return rethrow(error);
            }
          },
          import.meta.url,
        );
      case 'minio':
      case 's3':
        return await importPackage(
          packages[name],
          async () => {
            try {
              return await import('@anybucket/backend-minio');
            } catch (error) {
              return rethrow(error);
            }
          },
          import.meta.url,
        );
    }
  } catch (error) {
    if (isMissingPackage(packages[name], error)) return undefined;
    throw error;
  }
}

/** Imports a package as the application would: from the folder of the configuration, or from that of the main program. */
export async function importFromApplication(specifier: string, { folder }: Origin): Promise<unknown> {
  const program = process.argv[1];
  for (const from of program === undefined ? [folder] : [folder, dirname(program)]) {
    const file = await resolvePackage(specifier, from);
    if (file === undefined) continue;
    const distrust = distrustOfPackageFile(file);
    if (distrust !== undefined) throw untrustedFile(file, distrust, 'install the package where nobody else can write');
    return importFile(file);
  }
  return undefined;
}

/** Imports a package as this module would, for installations without `node_modules`, such as Yarn Plug'n'Play. */
async function importFromHere(specifier: string): Promise<unknown> {
  try {
    return await importPackage(specifier, () => import(/* webpackIgnore: true */ /* @vite-ignore */ specifier), import.meta.url);
  } catch (error) {
    if (isMissingPackage(specifier, error)) return undefined;
    throw error;
  }
}

function isPath(specifier: string): boolean {
  return /^\.{0,2}[/\\]/.test(specifier) || isAbsolute(specifier);
}

function notInstalled(name: string, backends: Backends, origin: Origin): Error {
  if (isPath(name)) return invalidSetting(origin, 'the path of a module', `no file ${quote(resolve(origin.folder, name))}`);
  if (isShortName(name)) {
    return configError(origin, `the package ${packages[name]} is not installed; install it with: npm install ${packages[name]}`);
  }
  return invalidSetting(origin, expectedBackend(backends), `${quote(name)}, which is not installed (a package: npm install ${cut(name)})`);
}
