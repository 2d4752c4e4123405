import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { connectDatastore, createDatastore, isStorageError } from '@anybucket/core';
import type { Datastore, Environment } from '@anybucket/core';
import type { ServeSettings } from './serve-arguments.js';
import { UsageError } from './usage-error.js';

/** A URL with a scheme of at least two letters: `C:` is a drive. */
const url = /^[a-z][a-z0-9+.-]+:/i;

/**
 * Opens the store that the user named: a URL, a folder, or a name of the configuration. A word without a slash is a folder if there is one.
 * @throws `UsageError` for a missing folder; `ConfigError`.
 */
export async function openStore({ store, create }: Pick<ServeSettings, 'store' | 'create'>, env: Environment): Promise<Datastore> {
  if (url.test(store)) return createDatastore(store, { env });
  if (isFolderName(store)) {
    requireFolder(store, create);
    return createDatastore({ backend: 'fs', root: store });
  }
  return openConfigured(store, env);
}

async function openConfigured(name: string, env: Environment): Promise<Datastore> {
  try {
    // In production, a datastore that is not configured is an error, and not a new folder below the working directory.
    return await connectDatastore(name, { env: { ...env, NODE_ENV: 'production' } });
  } catch (error) {
    if (!isStorageError(error, 'ConfigError') || !error.message.includes('found no configuration')) throw error;
    throw new UsageError(`${JSON.stringify(name.slice(0, 100))} is neither a folder nor the name of a configured datastore`);
  }
}

function isFolderName(store: string): boolean {
  return /[/\\]|^[.~]|^[a-z]:/i.test(store) || statSync(store, { throwIfNoEntry: false })?.isDirectory() === true;
}

function requireFolder(path: string, create: boolean): void {
  if (path.startsWith('~')) throw new UsageError(`the shell has not expanded ${JSON.stringify(path)}: write the whole path`);
  if (create) createFolder(path);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`the folder ${JSON.stringify(path)} does not exist: create it, or add --create`);
  if (!stats.isDirectory()) throw new UsageError(`${JSON.stringify(path)} is not a folder`);
}

function createFolder(path: string): void {
  try {
    createWithParents(resolve(path));
  } catch (error) {
    throw new UsageError(`cannot create the folder ${JSON.stringify(path)}: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`);
  }
}

/** Not by `mkdirSync` with `recursive`, which never returns for paths where folders cannot be created, such as `/proc`. */
function createWithParents(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) createWithParents(parent);
  mkdirSync(path);
}
