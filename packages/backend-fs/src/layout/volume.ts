import { makeDirectory } from '../system/directories.js';
import { openFlags } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import { lstatOrUndefined } from '../system/files.js';
import type { NameRules } from './key-paths.js';

/** The properties of a volume that the layout depends on. */
export interface Volume extends NameRules {
  /** The resolution of modification times, in microseconds. */
  readonly mtimeStepUs: number;
}

/** All nines below the second, so that truncation shows the resolution. The seconds are odd, as FAT stores even seconds only. */
const probeTime = 1_600_000_000 + 1.999_999;

/** macOS limits a whole path to 1024 bytes, including the directories above the bucket. */
const longestPaths: Partial<Record<NodeJS.Platform, number>> = { darwin: 512 };

/**
 * Determines the properties of a volume by creating files in a directory and removing them again.
 * @param directory A directory that no other process uses.
 */
export function probeVolume(calls: FileCalls, directory: string): Volume {
  return {
    foldsNames: resolvesTo(calls, directory, 'probe', 'PROBE') || resolvesTo(calls, directory, 'prob\u00e9', 'probe\u0301'),
    windowsNames: process.platform === 'win32' || !keepsName(calls, directory, 'probe:?*"<>|\\ .'),
    longestPath: longestPaths[process.platform] ?? 1024,
    mtimeStepUs: probeMtimeStep(calls, `${directory}/probe`),
  };
}

/** Returns whether a directory created with one name is found by another name. */
function resolvesTo(calls: FileCalls, parent: string, name: string, otherName: string): boolean {
  const path = `${parent}/${name}`;
  if (!makeDirectory(calls, path)) return false;
  const found = lstatOrUndefined(calls, `${parent}/${otherName}`) !== undefined;
  calls.rmdirSync(path);
  return found;
}

/** Returns whether the volume accepts a name and lists it unchanged. */
function keepsName(calls: FileCalls, parent: string, name: string): boolean {
  const path = `${parent}/${name}`;
  try {
    if (!makeDirectory(calls, path)) return false;
    const found = calls.readdirSync(parent).includes(name);
    calls.rmdirSync(path);
    return found;
  } catch {
    // The volume rejects the name.
    return false;
  }
}

function probeMtimeStep(calls: FileCalls, path: string): number {
  const fd = calls.openSync(path, openFlags.create);
  try {
    calls.futimesSync(fd, probeTime, probeTime);
    const storedUs = Math.round(calls.fstatSync(fd).mtimeMs * 1000);
    return Math.max(1, Math.round(probeTime * 1e6) - storedUs + 1);
  } finally {
    calls.closeSync(fd);
    calls.unlinkSync(path);
  }
}
