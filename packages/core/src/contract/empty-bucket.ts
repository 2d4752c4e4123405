import type { Bucket } from '../api/datastore.js';

/** More rounds than any honest listing needs: one that never gets empty must not hang the suite. */
const maxRounds = 50;

/** Deletes every object and every version of a bucket. */
export async function emptyBucket(bucket: Bucket): Promise<void> {
  // Without `listsBelowObjects` what lies below `a/` shows only when `a` is gone, so one listing isn't enough.
  for (let round = 0; round < maxRounds; round++) {
    const keys = await bucket.listFilename();
    if (keys.length === 0) break;
    await bucket.delete(keys);
  }
  if (!bucket.datastore.capabilities.versioning || (await bucket.versioning()) === 'off') return;
  for (const { key, versionId } of await bucket.listVersions()) await bucket.delete(key, { versionId });
}
