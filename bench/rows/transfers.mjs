// A put of 1 GiB from a file, and a get of 1 GiB that discards the body.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selectDataFolder } from '../support/data-folder.mjs';
import { transferBytes } from '../support/minio-server.mjs';

const size = 2 ** 30;
let file;

const common = { unit: 'ms', scale: 1, digits: 0, rounds: 7, options: { time: 0, iterations: 1, warmup: false }, supports: () => true };
const keyOf = (handle) => `${handle.prefix}/gibibyte`;

async function prepare(handle) {
  file ??= createFile();
  await handle.putFile(keyOf(handle), file);
}

/** Creates the file. It is removed when the process exits. */
function createFile() {
  const folder = mkdtempSync(join(selectDataFolder(transferBytes), 'anybucket-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'gibibyte');
  const chunk = Buffer.alloc(2 ** 20, 'anybucket');
  for (let written = 0; written < size; written += chunk.length) writeFileSync(path, chunk, { flag: 'a' });
  return path;
}

export const transferRows = [
  { ...common, name: 'put 1 GiB from a file', prepare, run: (handle) => handle.putFile(keyOf(handle), file) },
  { ...common, name: 'get 1 GiB', prepare, run: async (handle) => assert.equal(await handle.getStream(keyOf(handle)), size) },
];
