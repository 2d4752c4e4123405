import type { DriverPage, KeyPage, ListCall } from '@anybucket/core/backend';
import { pageOfKeys, toListEntry } from '@anybucket/core/backend';
import { BucketKeys, DirectoryNotLoaded } from '../listing/bucket-keys.js';
import type { BucketDirectory } from '../root/bucket-directory.js';
import { shouldYield, yieldToEventLoop } from '../system/event-loop.js';
import { hasErrno } from '../system/errno.js';
import { readLine, readState, recordOf } from './object-state.js';

type Entry = DriverPage['entries'][number];

/**
 * Lists one page. Objects that are deleted while the page is built, or whose file this user cannot read and no record describes, are omitted, and the
 * page is filled with the keys that follow.
 */
export async function listPage(bucket: BucketDirectory, call: ListCall): Promise<DriverPage> {
  const entries: Entry[] = [];
  let { startAfter } = call;
  for (;;) {
    const page = await listKeys(bucket, { ...call, startAfter, maxKeys: call.maxKeys - entries.length });
    for (const item of page.entries) {
      const entry = typeof item === 'string' ? await readEntry(bucket, item, call) : item;
      if (entry !== undefined) entries.push(entry);
      startAfter = typeof item === 'string' ? item : item.key;
    }
    if (!page.truncated || entries.length === call.maxKeys) return { entries, truncated: page.truncated };
  }
}

/** Lists the keys of one page. After a large directory has been loaded, the page is started again. */
async function listKeys(bucket: BucketDirectory, call: ListCall): Promise<KeyPage> {
  const { root, paths, hashedKeys } = bucket;
  const keys = new BucketKeys(root.directories, paths.bucket, root.rules, await hashedKeys.sorted(call.signal));
  for (;;) {
    try {
      return pageOfKeys(keys, call);
    } catch (error) {
      if (!(error instanceof DirectoryNotLoaded)) throw error;
      keys.addDirectory(error.path, await root.directories.load(error.path, call.signal, error.path === paths.bucket));
    }
  }
}

async function readEntry(bucket: BucketDirectory, key: string, call: ListCall): Promise<Entry | undefined> {
  const { signal } = call;
  if (shouldYield()) {
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
  if (call.keysOnly === true) return unlessUnreadable(locateEntry(bucket, key, signal));
  const state = await unlessUnreadable(readState(bucket, key, signal));
  if (state === undefined) return undefined;
  return toListEntry(key, recordOf(state), call);
}

/** Returns an entry with the key of an object, without computing its ETag. */
async function locateEntry(bucket: BucketDirectory, key: string, signal: AbortSignal | undefined): Promise<Entry | undefined> {
  const body = await bucket.findBody(key, signal);
  if (body === undefined) return undefined;
  if (readLine(bucket, key, body) === undefined) {
    // `list` would have to read the file.
    const fd = bucket.open(body);
    if (fd === undefined) return undefined;
    bucket.root.calls.closeSync(fd);
  }
  return { key, size: body.size, etag: '', lastModified: new Date(body.mtimeMs) };
}

/** Runs an action that reads an object. @returns Undefined when the file of the object cannot be read. */
export async function unlessUnreadable<T>(action: Promise<T>): Promise<T | undefined> {
  try {
    return await action;
  } catch (error) {
    if (hasErrno(error, 'EACCES', 'EPERM', 'EIO')) return undefined;
    throw error;
  }
}
