import assert from 'node:assert/strict';
import type { Bucket, VersioningState } from '@anybucket/core';
import { planDelete, planWrite, versioningOf } from '@anybucket/core/backend';
import type { VersionEntry } from '@anybucket/core/backend';
import { readSpec } from './writer-model.js';
import type { ObjectSpec } from './writer-model.js';

/** A write to a bucket with versions that one writer owns. */
export type VersionWrite =
  | { readonly kind: 'state'; readonly state: 'enabled' | 'suspended' }
  | { readonly kind: 'put'; readonly key: string; readonly spec: ObjectSpec }
  | { readonly kind: 'copy'; readonly key: string; readonly sourceKey: string; readonly versionId: string }
  | { readonly kind: 'tag'; readonly key: string; readonly versionId: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'deleteVersion'; readonly key: string; readonly versionId: string };

/** A version, or a delete marker, which has no spec. */
interface ModelVersion extends VersionEntry {
  readonly spec?: ObjectSpec | undefined;
}

/** The expected content of a bucket, as plain JSON. Histories are from newest to oldest. */
export interface VersionModel {
  state: VersioningState;
  readonly histories: Record<string, readonly ModelVersion[]>;
}

/** The id of a version whose write was not acknowledged. */
export const unknownId = 'unknown';

/**
 * Applies a write to a model.
 * @param createdId The id of the version or delete marker that the write created. Undefined for the version `null`.
 */
export function applyVersionWrite(model: VersionModel, write: VersionWrite, createdId: string | undefined): void {
  if (write.kind === 'state') {
    model.state = write.state;
    return;
  }
  const { key } = write;
  const history = model.histories[key] ?? [];
  if (write.kind === 'tag') {
    model.histories[key] = history.map((entry) =>
      idOf(entry) === write.versionId && entry.spec !== undefined ? { ...entry, spec: { ...entry.spec, tags: write.tags } } : entry,
    );
  } else if (write.kind === 'delete' || write.kind === 'deleteVersion') {
    const versionId = write.kind === 'delete' ? undefined : write.versionId;
    const { removed, marker } = planDelete(history, versioningOf(key, model.state), versionId);
    const added = marker === undefined ? [] : [{ versionId: createdId, isDeleteMarker: true }];
    model.histories[key] = [...added, ...history.filter((entry) => entry !== removed)];
  } else {
    const spec = write.kind === 'put' ? write.spec : findSpec(model, write.sourceKey, write.versionId);
    if (spec === undefined) return;
    const { removed } = planWrite(history, createdId);
    model.histories[key] = [{ versionId: createdId, spec }, ...history.filter((entry) => entry !== removed)];
  }
}

/** Returns a copy of a model. */
export function copyModel({ state, histories }: VersionModel): VersionModel {
  return { state, histories: { ...histories } };
}

/** Returns the id of an entry in its public form. */
export function idOf({ versionId = 'null' }: VersionEntry): string {
  return versionId;
}

/** Reads the content of a bucket. Throws when a version is torn or lost, or the listings contradict each other. */
export async function readVersionModel(bucket: Bucket): Promise<VersionModel> {
  const histories: Record<string, ModelVersion[]> = {};
  for (const { key, versionId, isDeleteMarker, isLatest } of await bucket.listVersions()) {
    const history = (histories[key] ??= []);
    assert.equal(isLatest, history.length === 0, `${key}@${versionId} is the latest version by its place, or by its flag, but not by both`);
    const spec = isDeleteMarker ? undefined : await readSpec(bucket, key, versionId);
    assert.ok(isDeleteMarker || spec !== undefined, `${key}@${versionId} is listed but does not exist`);
    const id = versionId === 'null' ? undefined : versionId;
    history.push(isDeleteMarker ? { versionId: id, isDeleteMarker } : { versionId: id, spec });
  }
  const latest = Object.entries(histories).filter(([, [first]]) => first?.spec !== undefined);
  assert.deepEqual(
    await bucket.listFilename(),
    latest.map(([key]) => key),
    'the listing differs from the latest versions',
  );
  for (const [key, [first]] of latest) assert.deepEqual(await readSpec(bucket, key), first?.spec, `${key} is not its latest version`);
  return { state: await bucket.versioning(), histories };
}

/** Returns whether a bucket has the content of a model. An `unknownId` matches any id. */
export function matches(actual: VersionModel, expected: VersionModel): boolean {
  return actual.state === expected.state && normalise(actual, expected) === normalise(expected, expected);
}

function normalise({ histories }: VersionModel, expected: VersionModel): string {
  const entries = Object.entries(histories)
    .filter(([, history]) => history.length > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, history]) => [
      key,
      history.map(({ versionId, isDeleteMarker = false, spec }, index) => {
        const isUnknown = expected.histories[key]?.[index]?.versionId === unknownId && versionId !== undefined;
        return [isUnknown ? unknownId : (versionId ?? 'null'), isDeleteMarker, spec];
      }),
    ]);
  return JSON.stringify(entries);
}

function findSpec(model: VersionModel, key: string, versionId: string): ObjectSpec | undefined {
  return model.histories[key]?.find((entry) => idOf(entry) === versionId)?.spec;
}
