// Compares the backends with their peers and writes the tables into bench/README.md: `npm run bench`, or `npm run bench -- memory`.
import { folder } from './groups/folder.mjs';
import { fs } from './groups/fs.mjs';
import { growth } from './groups/growth.mjs';
import { memory } from './groups/memory.mjs';
import { minio } from './groups/minio.mjs';
import { writeSection } from './report.mjs';

/** What can be run: each gives the text of its section of the README. */
const groups = { memory, fs, folder, minio, growth };

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in groups));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; there are ${Object.keys(groups).join(', ')}`);
  process.exit(1);
}
for (const [name, run] of Object.entries(groups)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const text = await run();
  console.log(`\n${text}\n`);
  await writeSection(name, text);
}
