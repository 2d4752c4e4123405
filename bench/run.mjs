// Runs the benchmarks and writes their tables into bench/README.md: `npm run bench`, or `npm run bench -- memory`.
import { largeFolder } from './groups/large-folder.mjs';
import { endpoint } from './groups/endpoint.mjs';
import { fs } from './groups/fs.mjs';
import { growth } from './groups/growth.mjs';
import { http } from './groups/http.mjs';
import { memory } from './groups/memory.mjs';
import { minio } from './groups/minio.mjs';
import { operations } from './groups/operations.mjs';
import { writeSection } from './support/report.mjs';

/** By the name of their section of the README. */
const groups = { memory, fs, folder: largeFolder, minio, http, growth, endpoint, operations };

const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !(name in groups));
if (unknown.length > 0) {
  console.error(`unknown group ${unknown.join(', ')}; expected ${Object.keys(groups).join(', ')}`);
  process.exit(1);
}
for (const [name, run] of Object.entries(groups)) {
  if (requested.length > 0 && !requested.includes(name)) continue;
  const text = await run();
  console.log(`\n${text}\n`);
  await writeSection(name, text);
}
