// 1 GiB from a file to the server, and back to nowhere.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const size = 2 ** 30;
const folder = mkdtempSync(join(tmpdir(), 'anybucket-bench-'));
const file = join(folder, 'gibibyte');
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const common = { unit: 'ms', scale: 1, digits: 0, rounds: 7, options: { time: 0, iterations: 1, warmup: false }, can: () => true };
const keyOf = (handle) => `${handle.prefix}/gibibyte`;

async function prepare(handle) {
  const chunk = Buffer.alloc(2 ** 20, 'anybucket');
  writeFileSync(file, '');
  for (let written = 0; written < size; written += chunk.length) writeFileSync(file, chunk, { flag: 'a' });
  await handle.putFile(keyOf(handle), file);
}

export const transferRows = [
  { ...common, name: 'put 1 GiB from a file', prepare, step: (handle) => handle.putFile(keyOf(handle), file) },
  { ...common, name: 'get 1 GiB', prepare, step: async (handle) => assert.equal(await handle.getStream(keyOf(handle)), size) },
];
