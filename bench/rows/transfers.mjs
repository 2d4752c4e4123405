// 1 GiB from a file to the server, and back to nowhere.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fastFolder } from '../contenders/fast-folder.mjs';
import { transferBytes } from '../contenders/minio-server.mjs';

const size = 2 ** 30;
let file;

const common = { unit: 'ms', scale: 1, digits: 0, rounds: 7, options: { time: 0, iterations: 1, warmup: false }, can: () => true };
const keyOf = (handle) => `${handle.prefix}/gibibyte`;

async function prepare(handle) {
  file ??= makeFile();
  await handle.putFile(keyOf(handle), file);
}

/** Removed when the process ends. */
function makeFile() {
  const folder = mkdtempSync(join(fastFolder(transferBytes), 'anybucket-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'gibibyte');
  const chunk = Buffer.alloc(2 ** 20, 'anybucket');
  for (let written = 0; written < size; written += chunk.length) writeFileSync(path, chunk, { flag: 'a' });
  return path;
}

export const transferRows = [
  { ...common, name: 'put 1 GiB from a file', prepare, step: (handle) => handle.putFile(keyOf(handle), file) },
  { ...common, name: 'get 1 GiB', prepare, step: async (handle) => assert.equal(await handle.getStream(keyOf(handle)), size) },
];
