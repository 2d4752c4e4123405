// A million objects in one bucket of the memory backend: what they cost, and that a page costs the same at the end as at the beginning.
import { MemoryDatastore } from '@anybucket/backend-memory';
import { median } from '../measure.mjs';
import { machine, table } from '../report.mjs';

const sizes = [10_000, 100_000, 1_000_000];

/** @returns the section of the README. */
export async function million() {
  const rows = [];
  for (const size of sizes) {
    console.error(`million: ${size} objects`);
    rows.push(await measure(size));
  }
  return [machine(), table(['objects', 'put', 'page of 1000, first 10', 'last 10', 'memory an object'], rows)].join('\n\n');
}

async function measure(size) {
  const before = process.memoryUsage().rss;
  const bucket = new MemoryDatastore({ buckets: { bench: {} } }).bucket('bench');
  const start = performance.now();
  for (let index = 0; index < size; index++) await bucket.put(`folder-${index % 1000}/object-${index}`, 'x');
  const put = ((performance.now() - start) * 1000) / size;
  const memory = (process.memoryUsage().rss - before) / size;
  const pages = [];
  let token;
  do {
    const begun = performance.now();
    const page = await bucket.listPage({ token });
    pages.push(performance.now() - begun);
    token = page.nextToken;
  } while (token !== undefined);
  const milliseconds = (times) => `${median(times).toFixed(2)} ms`;
  return [size, `${put.toFixed(1)} us`, milliseconds(pages.slice(0, 10)), milliseconds(pages.slice(-10)), `${Math.round(memory)} bytes`];
}
