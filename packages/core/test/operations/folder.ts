import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for a test; removed afterwards. */
export function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anybucket-portable-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
