import type { DriverVersionsPage, ListVersionsCall, ListedVersion, SortedKeys, VersionPage, VersionRecord } from '@anybucket/core/backend';
import { compareKeys, pageOfVersions, toObjectVersion } from '@anybucket/core/backend';
import { BucketKeys, DirectoryNotLoaded, seekSorted } from '../listing/bucket-keys.js';
import type { DirectoryNames } from '../listing/directory-cache.js';
import { sizeOfBodyId } from '../records/body-id.js';
import { decodeMarker, decodeVersion } from '../records/history-log.js';
import type { HistoryEntry } from '../records/history-log.js';
import type { BucketDirectory } from '../root/bucket-directory.js';
import { shouldYield, yieldToEventLoop } from '../system/event-loop.js';
import { unlessUnreadable } from './list-page.js';
import { recordOf } from './object-state.js';
import { entriesOf, readHistory } from './versions.js';
import type { CurrentEntry } from './versions.js';

type Entry = CurrentEntry | HistoryEntry;
type PublicEntry = DriverVersionsPage['entries'][number];

/**
 * Lists one page of versions and delete markers. Older versions are described by their lines alone: their bodies are not opened. Damaged lines are
 * omitted, and the page is filled with the entries that follow.
 */
export async function listVersionsPage(bucket: BucketDirectory, call: ListVersionsCall): Promise<DriverVersionsPage> {
  const entries: PublicEntry[] = [];
  let { after } = call;
  for (;;) {
    const page = await selectEntries(bucket, { ...call, after, maxKeys: call.maxKeys - entries.length });
    for (const item of page.entries) {
      const entry = item.isPrefix === true ? item : describe(item, call.details);
      if (entry !== undefined) entries.push(entry);
      after = item.isPrefix === true ? { key: item.key } : { key: item.key, versionId: item.entry.versionId ?? 'null' };
    }
    if (!page.truncated || entries.length === call.maxKeys) return { entries, truncated: page.truncated };
  }
}

/** Selects the entries of one page. After a large directory has been loaded, the page is started again. */
async function selectEntries(bucket: BucketDirectory, call: ListVersionsCall): Promise<VersionPage<Entry>> {
  const { root, paths, hashedKeys, historyKeys } = bucket;
  const { signal } = call;
  const current = new BucketKeys(root.directories, paths.bucket, root.rules, await hashedKeys.sorted(signal));
  const keys = mergeKeys(current, await historyKeys.sorted(signal));
  for (;;) {
    try {
      const page = pageOfVersions<Entry>(keys, call);
      let step = page.next();
      while (step.done !== true) {
        if (shouldYield()) {
          await yieldToEventLoop();
          signal?.throwIfAborted();
        }
        const history = await unlessUnreadable(readHistory(bucket, step.value, signal));
        step = page.next(history === undefined ? [] : entriesOf(history));
      }
      return step.value;
    } catch (error) {
      if (!(error instanceof DirectoryNotLoaded)) throw error;
      current.addDirectory(error.path, await root.directories.load(error.path, signal, error.path === paths.bucket));
    }
  }
}

/** Merges the keys of current bodies with the keys that have a history. */
function mergeKeys(current: SortedKeys, withHistory: DirectoryNames): SortedKeys {
  return {
    seek(from, exclusive) {
      const a = current.seek(from, exclusive);
      const b = seekSorted(withHistory, from, exclusive);
      if (a === undefined || b === undefined) return a ?? b;
      return compareKeys(a, b) < 0 ? a : b;
    },
  };
}

/** Converts an entry to its public form. @returns Undefined for a damaged line. */
function describe({ key, entry, isLatest }: ListedVersion<Entry>, details: boolean | undefined): PublicEntry | undefined {
  const { versionId } = entry;
  if ('state' in entry) {
    return toPublic({ ...recordOf(entry.state), versionId });
  }
  if (entry.isDeleteMarker)
    return toPublic({ versionId, isDeleteMarker: true, size: 0, etag: '', lastModified: decodeMarker(entry) * 1000 });
  const line = decodeVersion(entry);
  if (line === undefined) return undefined;
  // Without a current body, which was removed by hand, there is no latest version.
  const { etag, modified, checksum } = line;
  return toPublic({ versionId, size: sizeOfBodyId(line.body), etag, lastModified: modified * 1000, checksum }, false);

  function toPublic(described: VersionRecord, mayBeLatest = true): PublicEntry {
    return toObjectVersion({ key, entry: described, isLatest: isLatest && mayBeLatest }, details);
  }
}
