import type { DriverPage, KeyPage, ListCall } from '@anybucket/core/backend';
import { pageOfKeys } from '@anybucket/core/backend';
import { BucketKeys, UnreadFolder } from '../listing/bucket-keys.js';
import type { BucketFolder } from '../root/bucket-directory.js';
import { readState } from './object-state.js';
import { isLongTurn, takeTurns } from '../system/event-loop.js';

type Entry = DriverPage['entries'][number];

/** One page of a listing. What has vanished between the folder and its file is left out, and the page filled up with what follows. */
export async function listPage(bucket: BucketFolder, call: ListCall): Promise<DriverPage> {
  const entries: Entry[] = [];
  let { startAfter } = call;
  for (;;) {
    const page = await keyPage(bucket, { ...call, startAfter, maxKeys: call.maxKeys - entries.length });
    for (const item of page.entries) {
      const entry = typeof item === 'string' ? await entryOf(bucket, item, call) : item;
      if (entry !== undefined) entries.push(entry);
      startAfter = typeof item === 'string' ? item : item.key;
    }
    if (!page.truncated || entries.length === call.maxKeys) return { entries, truncated: page.truncated };
  }
}

/** The keys of a page. Large folders are read in between, then the page is begun anew with them at hand. */
async function keyPage(bucket: BucketFolder, call: ListCall): Promise<KeyPage> {
  const { path, root, hiddenKeys } = bucket;
  const keys = new BucketKeys(root.folders, path, root.rules, await hiddenKeys.sorted(call.signal));
  for (;;) {
    try {
      return pageOfKeys(keys, call);
    } catch (error) {
      if (!(error instanceof UnreadFolder)) throw error;
      keys.provide(error.path, await root.folders.load(error.path, call.signal));
    }
  }
}

async function entryOf(bucket: BucketFolder, key: string, { metadata, signal }: ListCall): Promise<Entry | undefined> {
  if (isLongTurn()) {
    await takeTurns();
    signal?.throwIfAborted();
  }
  const state = await readState(bucket, key, signal);
  if (state === undefined) return undefined;
  const { etag, modified, attributes } = state.line;
  const summary = { key, size: state.found.size, etag, lastModified: new Date(modified * 1000) };
  return metadata ? { ...summary, contentType: attributes.contentType, metadata: attributes.metadata } : summary;
}
