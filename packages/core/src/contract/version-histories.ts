import assert from 'node:assert/strict';
import type { Bucket } from '../api/datastore.js';
import type { CommonPrefix, ObjectVersion } from '../api/object-info.js';
import { contractCase } from './contract-case.js';
import type { ContractCase } from './contract-case.js';
import type { Requirement } from './contract-context.js';
import type { Fixture } from './fixture.js';

/** Creates a case that requires versioning. */
export const versionCase = (id: string, check: (fixture: Fixture) => Promise<void>, ...requires: Requirement[]): ContractCase =>
  contractCase(id, check, { requires: ['versioning', ...requires] });

/** The well-formed id of no version. */
export const unknownVersion = '11111111-2222-4333-8444-555555555555';

/** Version ids by the names that expected listings use. */
export type VersionNames = Readonly<Record<string, string | undefined>>;

/** Formats versions with the names of their ids: `k@two* k@one`, `*` after the latest one, `!` before a delete marker. */
export function formatVersions(versions: readonly ObjectVersion[], ids: VersionNames): string {
  const nameOf = (versionId: string): string =>
    Object.entries(ids).find(([, id]) => id === versionId)?.[0] ?? (versionId === 'null' ? 'null' : 'other');
  return versions
    .map(({ key, versionId, isLatest, isDeleteMarker }) => `${isDeleteMarker ? '!' : ''}${key}@${nameOf(versionId)}${isLatest ? '*' : ''}`)
    .join(' ');
}

/** Asserts that a bucket has these versions and delete markers. */
export async function assertVersions(bucket: Bucket, ids: VersionNames, expected: string): Promise<void> {
  assert.equal(formatVersions(await bucket.listVersions(), ids), expected);
}

/** Deletes the object, and returns the id of the delete marker. */
export async function deleteKey(bucket: Bucket, key: string): Promise<string> {
  await bucket.delete(key);
  return (await bucket.listVersions({ prefix: key })).find((version) => version.isLatest && version.isDeleteMarker)?.versionId ?? '';
}

/** Returns the entries of a page that are no common prefixes. */
export function versionsIn(entries: readonly (ObjectVersion | CommonPrefix)[]): ObjectVersion[] {
  return entries.filter((entry) => entry.isPrefix !== true);
}

/** Enables versioning, and puts an object repeatedly. Returns the ids of the versions. */
export async function putVersions(bucket: Bucket, key: string, bodies: readonly string[]): Promise<string[]> {
  await bucket.setVersioning('enabled');
  const ids: string[] = [];
  for (const body of bodies) {
    const { versionId } = await bucket.put(key, body, { metadata: { body } });
    assert.equal(typeof versionId, 'string');
    ids.push(versionId ?? '');
  }
  return ids;
}

/** Reads a version as text. */
export async function versionText(bucket: Bucket, key: string, versionId: string | undefined): Promise<string> {
  return (await bucket.get(key, { versionId })).text();
}
