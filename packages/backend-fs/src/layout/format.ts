import { StorageError, maxKeyBytes } from '@anybucket/core/backend';
import { hasErrno } from '../system/errno.js';
import type { FileCalls } from '../system/file-calls.js';
import { replaceTextFile } from '../system/directories.js';
import { isNoRegularFile, readTextFile } from '../system/files.js';
import type { TempFile } from '../system/files.js';
import type { NameRules } from './key-paths.js';

/** The version of the layout below a root without versioned buckets. */
const layoutVersion = 1;
/** The version of the layout below a root that has, or had, a versioned bucket. */
const versionedLayout = 2;
/** No platform has a lower limit. */
const minLongestPath = 512;

/** The content of `format.json`. */
export interface Format extends NameRules {
  /** The version of the layout. */
  readonly version: number;
}

/** How `format.json` is replaced. */
export interface FormatTarget {
  /** Creates temp files on the same volume. */
  readonly temp: { create(): TempFile };
  /** Whether to flush the file to the disk. */
  readonly durable: boolean;
}

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
    writeFormat(calls, path, layoutVersion, volume, { temp, durable });
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

/** Reads `format.json`. @returns Undefined when the file does not exist. @throws `ConfigError` for an invalid file. */
export function readFormat(calls: FileCalls, path: string): Format | undefined {
  try {
    return parseFormat(readTextFile(calls, path), path);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    if (isNoRegularFile(error) && !(error instanceof StorageError)) throw incompatible(path, 'it is not a regular file', error);
    throw error;
  }
}

/**
 * Changes the layout version of a root, so that earlier versions of this backend, which would ignore the histories of objects, reject the root.
 * @param rules The rules of the open root, whose format may have been removed by hand.
 * @throws `ConfigError` for an invalid file.
 */
export function upgradeFormat(calls: FileCalls, path: string, rules: NameRules, target: FormatTarget): void {
  const format = readFormat(calls, path);
  if (format?.version !== versionedLayout) writeFormat(calls, path, versionedLayout, format ?? rules, target);
}

function writeFormat(calls: FileCalls, path: string, version: number, rules: NameRules, { temp, durable }: FormatTarget): void {
  const { foldsNames, windowsNames, longestPath } = rules;
  const text = JSON.stringify({ version, foldsNames, windowsNames, longestPath }, undefined, 2);
  replaceTextFile(calls, path, `${text}\n`, temp.create(), durable);
}

function parseFormat(text: string, path: string): Format {
  let format: Record<string, unknown>;
  try {
    format = Object(JSON.parse(text)) as Record<string, unknown>;
  } catch (cause) {
    throw incompatible(path, 'it is not valid JSON', cause);
  }
  const { version, foldsNames, windowsNames, longestPath } = format;
  if (version !== layoutVersion && version !== versionedLayout)
    throw incompatible(path, `expected version ${layoutVersion} or ${versionedLayout}, got ${JSON.stringify(version)}`);
  if (typeof foldsNames !== 'boolean' || typeof windowsNames !== 'boolean' || !isLongestPath(longestPath))
    throw incompatible(path, '`foldsNames`, `windowsNames` or `longestPath` is missing or invalid');
  return { version, foldsNames, windowsNames, longestPath };
}

/** A smaller number would hide objects whose bodies are at their paths. */
function isLongestPath(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= minLongestPath && Number(value) <= maxKeyBytes;
}

function incompatible(path: string, reason: string, cause?: unknown): StorageError {
  return new StorageError({ code: 'ConfigError', message: `${path} is incompatible: ${reason}`, cause });
}
