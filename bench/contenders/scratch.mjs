// Folders for contenders that write files: on the volume of the system's temporary folder (TMPDIR), removed when the process ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const parent = mkdtempSync(join(tmpdir(), 'anybucket-bench-'));
process.on('exit', () => rmSync(parent, { recursive: true, force: true }));

/** A new empty folder. */
export function scratchFolder() {
  return mkdtempSync(join(parent, 'root-'));
}
