// Listing pages of one large folder: once it has been read, a page costs the same whatever the folder holds.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FsDatastore } from '@anybucket/backend-fs';
import { scratchFolder } from '../contenders/scratch.mjs';
import { median } from '../measure.mjs';
import { machine, table } from '../report.mjs';

const sizes = [10_000, 1_000_000];
const pages = 9;

/** @returns the section of the README. */
export async function folder() {
  const rows = [];
  for (const size of sizes) {
    console.error(`folder: ${size} objects`);
    rows.push(await measure(size));
  }
  return [machine(), table(['objects', 'first page', 'longest pause in it', 'a page of 1000 then'], rows)].join('\n\n');
}

async function measure(size) {
  const root = scratchFolder();
  mkdirSync(join(root, 'bench'));
  for (let index = 0; index < size; index++) writeFileSync(join(root, 'bench', `object-${String(index).padStart(7, '0')}`), '');
  const store = new FsDatastore({ root });
  const bucket = store.bucket('bench');
  // A folder that was changed a moment ago is read again each time.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const begun = performance.now();
  let { nextToken } = await bucket.listPage();
  const first = performance.now() - begun;
  delay.disable();
  const times = [];
  for (let page = 0; page < pages && nextToken !== undefined; page++) {
    // Once to write down what a file put there by hand is, then measured.
    await bucket.listPage({ token: nextToken });
    const start = performance.now();
    const answer = await bucket.listPage({ token: nextToken });
    times.push(performance.now() - start);
    nextToken = answer.nextToken;
  }
  await store.close();
  const milliseconds = (value) => `${value.toFixed(1)} ms`;
  return [size, milliseconds(first), milliseconds(delay.max / 1e6), milliseconds(median(times))];
}
