import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cut } from '../api/errors.js';
import { configError, formatValue } from './config-error.js';
import type { Origin } from './config-error.js';
import type { Environment } from './environment.js';
import { distrustOfOwner } from './file-trust.js';
import { Setting } from './open-datastore.js';

/**
 * Returns the setting of a datastore when nothing is configured: a folder below the working directory.
 * @param sources where a configuration was looked for, for errors.
 * @throws `ConfigError` in production, and for the root of a file system as the working directory: a forgotten setting must not silently write
 *   to a local disk, or to a folder that nobody expects.
 */
export function embeddedDefault(name: string, cwd: string, env: Environment, sources: string): Setting {
  const variable = `ANYBUCKET_${cut(name.toUpperCase())}`;
  const reject = (situation: string): never => {
    throw configError(
      { source: sources, path: '', folder: cwd },
      `${situation}, expected the datastore ${formatValue(name)} to be configured (${variable}=minio://...), found no configuration`,
    );
  };
  if (env['NODE_ENV'] === 'production') reject('with NODE_ENV=production');
  if (cwd === dirname(cwd)) reject(`in the working directory ${cut(cwd)}`);
  const folder = join(cwd, '.anybucket');
  const source = `embedded default (set ${variable} or create anybucket.config.json to replace it)`;
  const settings = { backend: 'fs', root: join(folder, name) };
  const origin = { source, path: '', folder: cwd };
  return new Setting(
    () => settings,
    origin,
    () => createIgnoredFolder(folder, origin),
  );
}

/**
 * Creates a folder that Git ignores. An existing one stays as it is: its owner may have decided otherwise.
 * @throws `ConfigError` for a folder or link of another user, who could read what is stored: one may wait in a shared folder such as /tmp.
 */
function createIgnoredFolder(folder: string, origin: Origin): void {
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, '.gitignore'), '*\n', { flag: 'wx' });
  } catch {
    // It exists, or cannot be created, which the first call of the datastore reports.
  }
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  const distrust = stats === undefined ? undefined : distrustOfOwner(folder, stats);
  if (distrust !== undefined) throw configError(origin, `${folder} ${distrust.reason}`);
}
