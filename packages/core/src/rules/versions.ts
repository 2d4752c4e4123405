import { randomUUID } from 'node:crypto';
import type { VersioningState } from '../api/object-info.js';
import type { DeleteOutcome } from '../api/results.js';
import { StorageError, describeValue, invalidArgument } from '../api/errors.js';

/** An entry in the history of a key: a version, or a delete marker. */
export interface VersionEntry {
  /** Undefined for the version `null`, of which a history contains at most one. */
  readonly versionId?: string | undefined;
  readonly isDeleteMarker?: boolean | undefined;
}

interface DeleteMarkerEntry {
  readonly isDeleteMarker: true;
}

/** What a write does to the history of a key. */
export interface VersionWrite<Entry extends VersionEntry> {
  /** The entry to be removed from the history, if any. */
  readonly removed: Entry | undefined;
  /** The id of the new entry, which becomes the latest. Undefined for the version `null`. */
  readonly versionId: string | undefined;
}

/** What a delete does to the history of a key. */
export interface VersionDelete<Entry extends VersionEntry> {
  /** The entry to be removed from the history, if any. */
  readonly removed: Entry | undefined;
  /** The delete marker that becomes the latest entry, if any. */
  readonly marker: { readonly versionId: string | undefined } | undefined;
  readonly outcome: DeleteOutcome;
}

const dashed = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Returns the version that an id names: a UUID in its canonical form, or undefined for the version `null`. As on MinIO, a UUID may be in
 * upper case, without dashes, in braces, or have the prefix `urn:uuid:`.
 *
 * @throws `InvalidArgument` for any other text.
 */
export function parseVersionId(versionId: string): string | undefined {
  if (versionId === 'null') return undefined;
  const text = versionId.toLowerCase();
  const bare = /^(?:urn:uuid:)?([0-9a-f-]{36})$|^\{([0-9a-f-]{36})\}$/.exec(text);
  const uuid =
    bare?.[1] ?? bare?.[2] ?? text.replace(/^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/, '$1-$2-$3-$4-$5');
  if (!dashed.test(uuid)) throw invalidArgument(`\`versionId\` must be a UUID or \`null\`, not ${describeValue(versionId)}`);
  return uuid === '00000000-0000-0000-0000-000000000000' ? undefined : uuid;
}

/** Returns whether a text has one of the forms that {@link parseVersionId} accepts. */
export function isVersionId(text: string): boolean {
  try {
    parseVersionId(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns the versioning state that applies to a key: keys that end in `/` never have versions. */
export function versioningOf(key: string, state: VersioningState): VersioningState {
  return key.endsWith('/') ? 'off' : state;
}

/** Returns the id of a new version: a random UUID, or undefined for the version `null` unless versioning is enabled. */
export function newVersionId(state: VersioningState): string | undefined {
  return state === 'enabled' ? randomUUID() : undefined;
}

/**
 * Selects the entry that a call reads or changes.
 *
 * @param history the entries of a key from newest to oldest.
 * @param versionId the version, as the caller named it. Undefined for the latest one.
 * @param location the bucket and the key, for errors about the source of a copy.
 * @throws `NoSuchKey` if there is no latest version, or it is a delete marker; `NoSuchVersion` if the key has no such version,
 *   `MethodNotAllowed` if it is a delete marker; `InvalidArgument` for a malformed id.
 */
export function selectVersion<Entry extends VersionEntry>(
  history: readonly Entry[],
  versionId: string | undefined,
  location: { readonly bucket?: string; readonly key?: string } = {},
): Exclude<Entry, DeleteMarkerEntry> {
  const entry = versionId === undefined ? history[0] : findVersion(history, versionId);
  if (entry !== undefined && isVersion(entry)) return entry;
  const { bucket, key } = location;
  const fields = { bucket, key, ...markerFields(entry) };
  if (versionId === undefined) throw new StorageError({ code: 'NoSuchKey', message: 'the object does not exist', ...fields });
  if (entry === undefined) throw new StorageError({ code: 'NoSuchVersion', message: 'the version does not exist', ...fields });
  throw new StorageError({ code: 'MethodNotAllowed', message: 'the version is a delete marker', ...fields });
}

/** Returns whether an entry is a version, not a delete marker. */
export function isVersion<Entry extends VersionEntry>(entry: Entry): entry is Exclude<Entry, DeleteMarkerEntry> {
  return entry.isDeleteMarker !== true;
}

/** Returns the entry with an id, in the form that the caller gave. @throws `InvalidArgument` for a malformed id. */
export function findVersion<Entry extends VersionEntry>(history: readonly Entry[], versionId: string): Entry | undefined {
  const id = parseVersionId(versionId);
  return history.find((entry) => entry.versionId === id);
}

/** Returns what a put, copy or completed upload does to the history of a key. */
export function planWrite<Entry extends VersionEntry>(history: readonly Entry[], versionId: string | undefined): VersionWrite<Entry> {
  return { removed: versionId === undefined ? nullVersion(history) : undefined, versionId };
}

/**
 * Returns what a delete does to the history of a key.
 *
 * @param state the state that applies to the key ({@link versioningOf}).
 * @param versionId the version to be deleted, as the caller named it. Undefined to hide the object by a delete marker.
 * @throws `InvalidArgument` for a malformed id.
 */
export function planDelete<Entry extends VersionEntry>(
  history: readonly Entry[],
  state: VersioningState,
  versionId: string | undefined,
): VersionDelete<Entry> {
  if (versionId !== undefined) {
    const removed = findVersion(history, versionId);
    return { removed, marker: undefined, outcome: removed === undefined ? {} : outcomeOf(removed) };
  }
  const [latest] = history;
  if (latest === undefined) return { removed: undefined, marker: undefined, outcome: {} };
  if (state === 'off') return { removed: nullVersion(history), marker: undefined, outcome: {} };
  // A second delete adds no second marker.
  if (latest.isDeleteMarker === true) return { removed: undefined, marker: undefined, outcome: outcomeOf(latest) };
  const marker = { versionId: newVersionId(state) };
  return {
    removed: marker.versionId === undefined ? nullVersion(history) : undefined,
    marker,
    outcome: outcomeOf({ ...marker, isDeleteMarker: true }),
  };
}

function nullVersion<Entry extends VersionEntry>(history: readonly Entry[]): Entry | undefined {
  return history.find(({ versionId }) => versionId === undefined);
}

/** As in the response of MinIO, the version `null` is not named. */
function outcomeOf({ versionId, isDeleteMarker }: VersionEntry): DeleteOutcome {
  if (versionId === undefined) return {};
  return isDeleteMarker === true ? { versionId, isDeleteMarker } : { versionId };
}

function markerFields(entry: VersionEntry | undefined): { readonly deleteMarker?: string } {
  return entry?.isDeleteMarker === true ? { deleteMarker: entry.versionId ?? 'null' } : {};
}
