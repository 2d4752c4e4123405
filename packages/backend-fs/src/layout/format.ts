import { dirname } from 'node:path';
import { StorageError, maxKeyBytes } from '@anybucket/core/backend';
import { syncDirectory } from '../system/directories.js';
import { hasErrno } from '../system/errno.js';
import type { FileCalls } from '../system/file-calls.js';
import { isNoRegularFile, readTextFile, writeAll } from '../system/files.js';
import type { TempFile } from '../system/files.js';
import type { NameRules } from './key-paths.js';

/** The version of the layout below a root. */
const layoutVersion = 1;
/** No platform has a lower limit. */
const minLongestPath = 512;

/**
 * Returns the name rules of a root from its `format.json`. In a new root, creates the file with the rules of the volume.
 * @param temp Creates temp files on the same volume.
 * @param durable Flushes a new file to the disk: without it, the root could not be opened.
 * @throws `ConfigError` when the volume requires stricter rules than the root was created with, or the layout has another version.
 */
export function loadOrCreateFormat(
  calls: FileCalls,
  path: string,
  volume: NameRules,
  temp: { create(): TempFile },
  durable: boolean,
): NameRules {
  const rules = readFormat(calls, path);
  if (rules === undefined) {
    const { foldsNames, windowsNames, longestPath } = volume;
    const file = temp.create();
    try {
      const text = JSON.stringify({ version: layoutVersion, foldsNames, windowsNames, longestPath }, undefined, 2);
      writeAll(calls, file.fd, Buffer.from(`${text}\n`));
      if (durable) calls.fsyncSync(file.fd);
    } finally {
      calls.closeSync(file.fd);
    }
    calls.renameSync(file.path, path);
    if (durable) syncDirectory(calls, dirname(path));
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
    if (isNoRegularFile(error) && !(error instanceof StorageError)) throw incompatible(path, 'it is not a regular file', error);
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
  if (typeof foldsNames !== 'boolean' || typeof windowsNames !== 'boolean' || !isLongestPath(longestPath))
    throw incompatible(path, '`foldsNames`, `windowsNames` or `longestPath` is missing or invalid');
  return { foldsNames, windowsNames, longestPath };
}

/** A smaller number would hide objects whose bodies are at their paths. */
function isLongestPath(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= minLongestPath && Number(value) <= maxKeyBytes;
}

function incompatible(path: string, reason: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'ConfigError', message: `${path} is incompatible: ${reason}`, cause });
}
