import type { ModelBucket, ModelEntry, ModelObject } from './model-state.js';
import { fail } from './failure.js';
import type { PartialError } from './failure.js';
import type { SymbolicId } from './symbolic-id.js';

/** What a delete reports. */
export interface DeleteOutcome {
  readonly versionId?: SymbolicId;
  readonly isDeleteMarker?: true;
}

/** A version as a call names it: the id of an entry of the history, `null`, or another text. */
export type VersionId = SymbolicId | string | undefined;

/** The version `null` under the name that MinIO accepts as well. */
const nilUuid = '00000000-0000-0000-0000-000000000000';

/** Returns the error codes of a version id that is neither a UUID nor `null`. */
export function versionIdErrors(versionId: unknown): string[] {
  if (typeof versionId !== 'string' || versionId === '' || versionId === 'null') return [];
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(versionId) ? [] : ['InvalidArgument'];
}

/** Returns the index of a version in a history; -1 if there is none. */
export function indexOfVersion(history: readonly ModelEntry[], versionId: VersionId): number {
  if (versionId === undefined) return history.length > 0 ? 0 : -1;
  if (versionId === 'null' || versionId === nilUuid) return history.findIndex(({ id }) => id === undefined);
  return history.findIndex(({ id }) => id !== undefined && id === versionId);
}

/** Returns the object of a version. Throws `NoSuchKey`, `NoSuchVersion` or `MethodNotAllowed`, with the given fields. */
export function selectVersion(history: readonly ModelEntry[], versionId: VersionId, fields: Omit<PartialError, 'code'> = {}): ModelObject {
  const entry = history[indexOfVersion(history, versionId)];
  if (entry?.object !== undefined) return entry.object;
  if (versionId === undefined) return fail('NoSuchKey', fields);
  return fail(entry === undefined ? 'NoSuchVersion' : 'MethodNotAllowed', fields);
}

/** Returns the history with a new entry on top. The version `null` replaces the former one, wherever it is. */
export function withEntry(history: readonly ModelEntry[], entry: ModelEntry): ModelEntry[] {
  return [entry, ...(entry.id === undefined ? history.filter(({ id }) => id !== undefined) : history)];
}

/** Returns the history after a delete, and what it reports. @param createMarker creates the id of a delete marker. */
export function deleteFrom(
  history: readonly ModelEntry[],
  state: ModelBucket['versioning'],
  versionId: VersionId,
  createMarker: () => ModelEntry,
): { readonly history: readonly ModelEntry[]; readonly outcome: DeleteOutcome } {
  const [latest] = history;
  if (versionId !== undefined) {
    const index = indexOfVersion(history, versionId);
    const entry = history[index];
    return entry === undefined ? { history, outcome: {} } : { history: history.toSpliced(index, 1), outcome: outcomeOf(entry) };
  }
  if (latest === undefined) return { history, outcome: {} };
  if (state === 'off') return { history: history.filter(({ id }) => id !== undefined), outcome: {} };
  if (latest.object === undefined) return { history, outcome: outcomeOf(latest) };
  const marker = createMarker();
  return { history: withEntry(history, marker), outcome: outcomeOf(marker) };
}

function outcomeOf({ id, object }: ModelEntry): DeleteOutcome {
  if (id === undefined) return {};
  return object === undefined ? { versionId: id, isDeleteMarker: true } : { versionId: id };
}
