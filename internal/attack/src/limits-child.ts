/** Makes many parallel calls of each method that transfers a body, and prints what succeeded: `limits-child.js URL FOLDER CALLS`. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createDatastore } from '@anybucket/core';
import type { LimitsReport } from './limits.js';

const [url = '', folder = '', count = ''] = process.argv.slice(2);
const calls = Number(count);
const large = Buffer.alloc(512 * 1024, 'large');
const succeeded: Record<string, number> = {};
const errors: Record<string, number> = {};

/** Returns an error's text without names and numbers, so that equal faults count as one. */
function describe(error: unknown): string {
  return String(error)
    .replaceAll(/'[^']*'|"[^"]*"|\d+/g, '...')
    .slice(0, 200);
}

/** Starts all calls before any of them has ended. */
async function inParallel(name: string, call: (index: number) => Promise<unknown>): Promise<void> {
  const results = await Promise.allSettled(Array.from({ length: calls }, (_, index) => call(index)));
  succeeded[name] = results.filter(({ status }) => status === 'fulfilled').length;
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    const text = `${name}: ${describe(result.reason)}`;
    errors[text] = (errors[text] ?? 0) + 1;
  }
}

const file = join(folder, 'file');
writeFileSync(file, large);
const store = await createDatastore(url);
const name = `limits-${randomBytes(6).toString('hex')}`;
await store.createBucket(name);
const bucket = store.bucket(name);

// First of all, so that whatever a backend loads on demand is loaded while descriptors are short.
await inParallel('fput', (index) => bucket.fput(`fput/${index}`, file));
await inParallel('put', (index) => bucket.put(`put/${index}`, `body ${index}`));
await bucket.put('large', large);
await inParallel('get', async (index) => (await bucket.get(`put/${index}`)).text());
await inParallel('get of a large body', async () => (await bucket.get('large')).bytes());
await inParallel('fget', (index) => bucket.fget('large', join(folder, 'saved', String(index % 50))));
await inParallel('fcopyTo', (index) => bucket.fcopyTo(name, `copy/${index}`, 'large'));
// Bodies that nobody reads or cancels: the garbage collector releases them.
for (let index = 0; index < calls; index++) {
  await bucket.get('large').catch((error: unknown) => {
    const text = `dropped: ${describe(error)}`;
    errors[text] = (errors[text] ?? 0) + 1;
  });
  if (index % 50 === 0) await nextTurn();
}
await inParallel('stat', () => bucket.stat('large'));

const keys = await bucket.listFilename();
await bucket.delete(keys);
await store.removeBucket(name);
await store.close();
const report: LimitsReport = { succeeded, errors, maxRssMiB: Math.round(process.resourceUsage().maxRSS / 1024) };
process.stdout.write(`${JSON.stringify(report)}\n`);
