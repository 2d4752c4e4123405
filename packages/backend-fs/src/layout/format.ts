import { StorageError } from '@anybucket/core/backend';
import { hasErrno } from '../system/errno.js';
import type { FileCalls } from '../system/file-calls.js';
import { createTextFile, readTextFile } from '../system/files.js';
import type { NameRules } from './key-paths.js';

/** The version of the layout below a root. */
const layoutVersion = 1;

/**
 * Returns the name rules of a root from its `format.json`. In a new root, creates the file with the rules of the volume.
 * @param tempPath An unused path on the same volume.
 * @throws `ConfigError` when the volume requires stricter rules than the root was created with, or the layout has another version.
 */
export function loadOrCreateFormat(calls: FileCalls, path: string, volume: NameRules, tempPath: string): NameRules {
  const rules = readFormat(calls, path);
  if (rules === undefined) {
    const { foldsNames, windowsNames, longestPath } = volume;
    createTextFile(calls, tempPath, `${JSON.stringify({ version: layoutVersion, foldsNames, windowsNames, longestPath }, undefined, 2)}\n`);
    calls.renameSync(tempPath, path);
    return { foldsNames, windowsNames, longestPath };
  }
  if ((volume.foldsNames && !rules.foldsNames) || (volume.windowsNames && !rules.windowsNames) || volume.longestPath < rules.longestPath) {
    const { foldsNames, windowsNames, longestPath } = volume;
    throw incompatible(
      path,
      `the root was created on a volume that stores more names; this volume has ${JSON.stringify({ foldsNames, windowsNames, longestPath })}`,
    );
  }
  return rules;
}

/** Reads the name rules in `format.json`. @returns Undefined when the file does not exist. @throws `ConfigError` for an invalid file. */
export function readFormat(calls: FileCalls, path: string): NameRules | undefined {
  try {
    return parseFormat(readTextFile(calls, path), path);
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
    throw incompatible(path, 'it is not valid JSON', cause);
  }
  const { version, foldsNames, windowsNames, longestPath } = format;
  if (version !== layoutVersion) throw incompatible(path, `expected version ${layoutVersion}, got ${JSON.stringify(version)}`);
  if (typeof foldsNames !== 'boolean' || typeof windowsNames !== 'boolean' || !Number.isSafeInteger(longestPath))
    throw incompatible(path, '`foldsNames`, `windowsNames` or `longestPath` is missing or invalid');
  return { foldsNames, windowsNames, longestPath: Number(longestPath) };
}

function incompatible(path: string, reason: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'ConfigError', message: `${path} is incompatible: ${reason}`, cause });
}
