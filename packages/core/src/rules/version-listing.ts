import type { CommonPrefix } from '../api/object-info.js';
import type { VersionMarker } from '../api/results.js';
import type { EntryDetails } from '../driver/calls.js';
import type { DriverVersion } from '../driver/optional-drivers.js';
import { compareKeys, keyAfterPrefix } from './key-order.js';
import { commonPrefix } from './listing.js';
import type { SortedKeys } from './listing.js';
import type { VersionEntry } from './versions.js';

/** The parameters of a page of versions; see `ListVersionsCall`. */
export interface VersionPageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after?: VersionMarker | undefined;
  readonly maxKeys: number;
}

/** A version or delete marker in a page. */
export interface ListedVersion<Entry extends VersionEntry> {
  readonly key: string;
  readonly entry: Entry;
  readonly isLatest: boolean;
  readonly isPrefix?: never;
}

/** A page of versions, delete markers and common prefixes. */
export interface VersionPage<Entry extends VersionEntry> {
  readonly entries: (ListedVersion<Entry> | CommonPrefix)[];
  readonly truncated: boolean;
}

/**
 * Builds one page of versions of sorted keys, grouped by the delimiter. Yields each key whose history is required; the caller resumes it with
 * the entries of the key from newest to oldest, or with an empty list if the key has none any more. A backend may thus read histories
 * synchronously or asynchronously.
 *
 * As on MinIO, if the key of the marker does not have its version, all versions of the key are listed.
 *
 *     const page = pageOfVersions<Entry>(keys, request);
 *     let step = page.next();
 *     while (step.done !== true) step = page.next(await readHistory(step.value));
 *     return step.value;
 *
 * @param keys the keys with at least one version or delete marker.
 */
export function* pageOfVersions<Entry extends VersionEntry>(
  keys: SortedKeys,
  { prefix, delimiter, after, maxKeys }: VersionPageRequest,
): Generator<string, VersionPage<Entry>, readonly Entry[]> {
  const entries: VersionPage<Entry>['entries'] = [];
  const startsWithin = after?.versionId !== undefined;
  let key = firstKey(keys, prefix, after);
  while (key !== undefined && key.startsWith(prefix)) {
    const group = commonPrefix(key, prefix, delimiter);
    if (group === undefined) {
      const history = yield key;
      const first = key === after?.key && startsWithin ? indexAfter(history, after.versionId) : 0;
      for (let index = first; index < history.length; index++) {
        const entry = history[index];
        if (entry === undefined) continue;
        if (entries.length === maxKeys) return { entries, truncated: true };
        entries.push({ key, entry, isLatest: index === 0 });
      }
      key = keys.seek(key, true);
    } else {
      if (after === undefined || compareKeys(group, after.key) >= (startsWithin ? 0 : 1)) {
        if (entries.length === maxKeys) return { entries, truncated: true };
        entries.push({ key: group, isPrefix: true });
      }
      const next = keyAfterPrefix(group);
      key = next === undefined ? undefined : keys.seek(next, false);
    }
  }
  return { entries, truncated: false };
}

/** What {@link toObjectVersion} makes a version or delete marker of. */
export interface VersionRecord extends VersionEntry, EntryDetails {
  /** Size in bytes. */
  readonly size: number;
  readonly etag: string;
  /** Whole seconds; a number is in milliseconds since the epoch. */
  readonly lastModified: Date | number;
}

/** Returns the public form of a version or delete marker. @param details whether to include details (`ListVersionsCall.details`). */
export function toObjectVersion({ key, entry, isLatest }: ListedVersion<VersionRecord>, details: boolean | undefined): DriverVersion {
  const { versionId = 'null', isDeleteMarker = false, size, etag, lastModified, modifiedMs, checksum } = entry;
  const version = { key, versionId, isLatest, isDeleteMarker, size, etag, lastModified: new Date(lastModified) };
  return details === true ? { ...version, details: { modifiedMs, checksum } } : version;
}

function firstKey(keys: SortedKeys, prefix: string, after: VersionMarker | undefined): string | undefined {
  if (after === undefined || compareKeys(after.key, prefix) < 0) return keys.seek(prefix, false);
  return keys.seek(after.key, after.versionId === undefined);
}

/** Returns the index after a version, 0 if the history does not have it. Compares the text of ids, as MinIO does. */
function indexAfter(history: readonly VersionEntry[], versionId: string | undefined): number {
  return history.findIndex((entry) => (entry.versionId ?? 'null') === versionId) + 1;
}
