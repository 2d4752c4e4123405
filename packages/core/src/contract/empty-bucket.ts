import type { Bucket } from '../api/datastore.js';

/** A bucket of a faulty backend may never become empty. */
const maxRounds = 50;

/** Deletes every object and every version of a bucket. */
export async function emptyBucket(bucket: Bucket): Promise<void> {
  // Without `listsBelowObjects`, `a/b` is not listed until `a` is deleted.
  for (let round = 0; round < maxRounds; round++) {
    const keys = await bucket.listFilename();
    if (keys.length === 0) break;
    await bucket.delete(keys);
  }
  if (!bucket.datastore.capabilities.versioning || (await bucket.versioning()) === 'off') return;
  for (let round = 0; round < maxRounds; round++) {
    // Without `listsBelowObjects`, versions of `a/b` are not listed until all versions of `a` are deleted.
    const versions = await bucket.listVersions();
    if (versions.length === 0) break;
    for (const { key, versionId } of versions) await bucket.delete(key, { versionId });
  }
}
