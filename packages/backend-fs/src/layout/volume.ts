import { bodyId } from '../records/body-id.js';
import { makeFolder, openFlags, look } from '../system/file-calls.js';
import type { FileCalls } from '../system/file-calls.js';
import type { NameRules } from './key-paths.js';

/** What a volume does to names and times. */
export interface Volume extends NameRules {
  /** The precision of modification times, in µs. */
  readonly step: number;
}

/** A time with all nines behind the second: what is cut off from it tells the precision. Even seconds, as some volumes know only those. */
const probeTime = 1_600_000_000 + 1.999_999;

/** A path of 1024 bytes is all that macOS takes, the folders above included. */
const longestPaths: Partial<Record<NodeJS.Platform, number>> = { darwin: 512 };

/** Finds out about the volume of a folder, by making files in it. The folder is ours alone, and stays empty. */
export function probeVolume(calls: FileCalls, folder: string): Volume {
  const makes = (name: string, seenAs = name): boolean => {
    const path = `${folder}/${name}`;
    if (!makeFolder(calls, path)) return false;
    const seen = seenAs === name ? calls.readdirSync(folder).includes(name) : look(calls, `${folder}/${seenAs}`) !== undefined;
    calls.rmdirSync(path);
    return seen;
  };
  return {
    foldsNames: makes('probe', 'PROBE') || makes('prob\u00e9', 'probe\u0301'),
    windowsNames: process.platform === 'win32' || !tries(() => makes('probe:?*"<>|\\ .')),
    longestPath: longestPaths[process.platform] ?? 1024,
    step: probeStep(calls, `${folder}/probe`),
  };
}

function probeStep(calls: FileCalls, path: string): number {
  const fd = calls.openSync(path, openFlags.create);
  try {
    calls.futimesSync(fd, probeTime, probeTime);
    const [kept] = bodyId(calls.fstatSync(fd)).split('-');
    return Math.max(1, Math.round(probeTime * 1e6) - Number(kept) + 1);
  } finally {
    calls.closeSync(fd);
    calls.unlinkSync(path);
  }
}

function tries(action: () => boolean): boolean {
  try {
    return action();
  } catch {
    // The volume refuses the name.
    return false;
  }
}
