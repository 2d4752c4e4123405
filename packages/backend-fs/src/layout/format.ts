import { StorageError } from '@anybucket/core/backend';
import { hasErrno, openFlags, writeAll } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import type { NameRules } from './key-paths.js';
import { readText } from '../system/read-text.js';

/** The version of the layout below a root. */
const version = 1;

/**
 * The rules by which a root's keys were given their places: those in its format file, or the volume's own, written down now.
 * @param scratch a path for a new file on the same volume.
 * @throws `ConfigError` when the root was made by other rules than this volume needs, or by a newer version.
 */
export function settleFormat(calls: FileCalls, path: string, volume: NameRules, scratch: string): NameRules {
  const rules = readRules(calls, path);
  if (rules === undefined) {
    const { foldsNames, windowsNames, longestPath } = volume;
    const fd = calls.openSync(scratch, openFlags.create);
    writeAll(calls, fd, Buffer.from(`${JSON.stringify({ version, foldsNames, windowsNames, longestPath }, undefined, 2)}\n`));
    calls.closeSync(fd);
    calls.renameSync(scratch, path);
    return { foldsNames, windowsNames, longestPath };
  }
  if ((volume.foldsNames && !rules.foldsNames) || (volume.windowsNames && !rules.windowsNames) || volume.longestPath < rules.longestPath) {
    throw refused(path, `the folder was made on a volume that holds more names than this one does (here: ${JSON.stringify(volume)})`);
  }
  return rules;
}

/** The rules in a root's format file; undefined when there is none. @throws `ConfigError` for one that can't be read. */
export function readRules(calls: FileCalls, path: string): NameRules | undefined {
  try {
    return parseFormat(readText(calls, path), path);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function parseFormat(text: string, path: string): NameRules {
  let format: Record<string, unknown>;
  try {
    format = Object(JSON.parse(text)) as Record<string, unknown>;
  } catch (cause) {
    throw refused(path, 'it is no JSON', cause);
  }
  const { version: written, foldsNames, windowsNames, longestPath } = format;
  if (written !== version) throw refused(path, `it has the version ${JSON.stringify(written)}, this program reads version ${version}`);
  if (typeof foldsNames !== 'boolean' || typeof windowsNames !== 'boolean' || !Number.isSafeInteger(longestPath))
    throw refused(path, 'a setting is missing');
  return { foldsNames, windowsNames, longestPath: Number(longestPath) };
}

function refused(path: string, what: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'ConfigError', message: `${path} does not fit: ${what}`, cause });
}
