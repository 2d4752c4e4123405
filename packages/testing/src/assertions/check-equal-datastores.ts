import { createHash } from 'node:crypto';
import type { Datastore } from '@anybucket/core';
import { diffLines } from '../contents/diff-lines.js';
import { contentsOf } from '../contents/store-contents.js';
import type { StoreContents } from '../contents/store-contents.js';
import type { CheckResult } from './check-result.js';

/**
 * Compares the buckets of two datastores, and the bodies, content types, headers, metadata and tags of their objects. Times, version ids and
 * older versions are not compared.
 */
export async function checkEqualDatastores(actual: Datastore, expected: Datastore): Promise<CheckResult> {
  const difference = diffContents(await contentsOf(expected), await contentsOf(actual));
  if (difference === '') return { pass: true, message: () => 'expected the datastores to differ' };
  return { pass: false, message: () => `the datastores differ (- expected, + received)\n\n${difference}` };
}

/** Returns the differences of two stores as lines; an empty string if they are equal. */
export function diffContents(expected: StoreContents, actual: StoreContents): string {
  const shown = diffLines(String(expected), String(actual));
  if (shown !== '') return shown;
  // The text has only the beginning of large bodies.
  return diffLines(digests(expected), digests(actual));
}

function digests({ buckets }: StoreContents): string {
  const lines = [...buckets].flatMap(([bucket, objects]) =>
    [...objects].map(([key, { body }]) => `${bucket}/${key}: SHA-256 ${createHash('sha256').update(body).digest('hex')}`),
  );
  return lines.join('\n');
}
