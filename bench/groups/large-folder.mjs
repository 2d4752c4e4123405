// Pages of one large folder. After the first page, the cost of a page does not depend on the size of the folder.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FsDatastore } from '@anybucket/backend-fs';
import { scratchFolder } from '../support/scratch-folder.mjs';
import { median } from '../support/measure-row.mjs';
import { describeMachine, table } from '../support/report.mjs';

const sizes = [10_000, 1_000_000];
const pageCount = 9;

/** Measures all rows and returns the section of the README. */
export async function largeFolder() {
  const rows = [];
  for (const size of sizes) {
    console.error(`folder: ${size} objects`);
    rows.push(await measure(size));
  }
  return [describeMachine(), table(['objects', 'first page', 'longest event loop pause', 'next pages of 1000'], rows)].join('\n\n');
}

async function measure(size) {
  const root = scratchFolder();
  mkdirSync(join(root, 'bench'));
  for (let index = 0; index < size; index++) writeFileSync(join(root, 'bench', `object-${String(index).padStart(7, '0')}`), '');
  const datastore = new FsDatastore({ root });
  const bucket = datastore.bucket('bench');
  // The backend does not cache a folder that has just changed.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const firstStart = performance.now();
  let { nextToken } = await bucket.listPage();
  const first = performance.now() - firstStart;
  delay.disable();
  const times = [];
  for (let page = 0; page < pageCount && nextToken !== undefined; page++) {
    // The first request for a page creates the records of files that the backend has not written itself.
    await bucket.listPage({ token: nextToken });
    const start = performance.now();
    const result = await bucket.listPage({ token: nextToken });
    times.push(performance.now() - start);
    nextToken = result.nextToken;
  }
  await datastore.close();
  const milliseconds = (value) => `${value.toFixed(1)} ms`;
  return [size, milliseconds(first), milliseconds(delay.max / 1e6), milliseconds(median(times))];
}
