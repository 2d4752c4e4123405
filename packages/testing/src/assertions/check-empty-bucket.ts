import type { Bucket } from '@anybucket/core';
import { requireBucket } from './check-object.js';
import type { CheckResult } from './check-result.js';

const maxShownKeys = 10;

/** Verifies that a bucket has no objects. Older versions and delete markers do not count. @throws `NoSuchBucket` */
export async function checkEmptyBucket(bucket: Bucket): Promise<CheckResult> {
  requireBucket(bucket);
  const keys = await bucket.listFilename({ limit: maxShownKeys + 1 });
  if (keys.length === 0) return { pass: true, message: () => `expected bucket ${bucket.name} not to be empty` };
  const shown = keys.slice(0, maxShownKeys).map((key) => `  ${key}`);
  const more = keys.length > maxShownKeys ? ['  ...'] : [];
  return { pass: false, message: () => [`expected bucket ${bucket.name} to be empty, but it has:`, ...shown, ...more].join('\n') };
}
