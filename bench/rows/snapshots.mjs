// snapshot and restore of a memory datastore with 100,000 objects.
import { MemoryDatastore } from '@anybucket/backend-memory';
import { median } from '../support/measure-row.mjs';

const objectCount = 100_000;
const rounds = 51;

/** Returns the median times in microseconds. An object is put between two snapshots, so that each has something to preserve. */
export async function measureSnapshots() {
  const bodies = Object.fromEntries(Array.from({ length: objectCount }, (_, index) => [`folder-${index % 100}/object-${index}`, 'body']));
  const datastore = new MemoryDatastore({ buckets: { bench: bodies } });
  const bucket = datastore.bucket('bench');
  const times = { snapshot: [], restore: [] };
  for (let round = 0; round < rounds; round++) {
    await bucket.put(`changed-${round}`, 'body');
    const start = performance.now();
    const snapshot = datastore.snapshot();
    times.snapshot.push(performance.now() - start);
    await bucket.put(`changed-${round}`, 'other');
    const restoreStart = performance.now();
    datastore.restore(snapshot);
    times.restore.push(performance.now() - restoreStart);
  }
  return { snapshot: median(times.snapshot) * 1000, restore: median(times.restore) * 1000 };
}
