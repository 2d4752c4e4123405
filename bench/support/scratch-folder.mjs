// Temporary folders for contenders that write files. Removed when the process exits.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const parent = mkdtempSync(join(tmpdir(), 'anybucket-bench-'));
process.on('exit', () => rmSync(parent, { recursive: true, force: true }));

/** Creates an empty folder in the system's temporary folder, which `TMPDIR` selects. */
export function scratchFolder() {
  return mkdtempSync(join(parent, 'root-'));
}
