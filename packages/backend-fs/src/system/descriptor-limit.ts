import { readFileSync } from 'node:fs';

/** The assumed number where the system does not report it. macOS starts processes with this limit. */
const unknownLimit = 256;

let limit: number | undefined;

/** Returns how many files this process may open. */
export function descriptorLimit(): number {
  limit ??= readLimit();
  return limit;
}

function readLimit(): number {
  try {
    const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return soft === undefined ? unknownLimit : Number(soft);
  } catch {
    return unknownLimit;
  }
}
