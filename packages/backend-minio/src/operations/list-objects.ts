import type { CommonPrefix, ListedObject, ObjectSummary } from '@anybucket/core';
import { StorageError, compareKeys, maxPageSize } from '@anybucket/core/backend';
import type { DriverPage, ListCall } from '@anybucket/core/backend';
import { readListObjectsPage } from '../s3/list-response.js';
import type { ListObjectsPage } from '../s3/list-response.js';
import type { S3Client } from '../s3/s3-client.js';
import { toAcceptedPrefix, toAcceptedStartAfter } from './accepted-prefix.js';
import { requireBucket } from './buckets.js';
import { mapConcurrently } from './concurrency.js';
import { headObject } from './get-object.js';
import { fold, isMinioToken, positionAfter, positionQuery } from './list-position.js';
import type { ListFeatures } from './list-position.js';
import { ListProgress } from './list-progress.js';

type Entry = ObjectSummary | ListedObject | CommonPrefix;

/** Lists a bucket page by page. */
export class ObjectLister {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #features: ListFeatures;

  constructor(client: S3Client, bucket: string, features: ListFeatures) {
    this.#client = client;
    this.#bucket = bucket;
    this.#features = features;
  }

  /** ListObjectsV2, repeated until the page is full: a page of the server may be short or empty without being the last. */
  async listPage(call: ListCall): Promise<DriverPage> {
    const prefix = toAcceptedPrefix(call.prefix, this.#features);
    if (prefix === undefined) return this.#emptyPage(call);
    const startAfter = toAcceptedStartAfter(call.startAfter, this.#features);
    // A server may refuse a position outside the prefix. After the prefix, there is nothing; before it, the listing starts at the beginning.
    const isWithinPrefix = startAfter.startsWith(prefix);
    if (!isWithinPrefix && compareKeys(startAfter, prefix) > 0) return this.#emptyPage(call);
    // Only `/` is folded by the server: with other delimiters, MinIO repeats the common prefix at the end of a page for ever. And folding
    // depends on the prefix, so the server cannot fold after a shorter prefix.
    const delimiter = call.delimiter === '/' && prefix === call.prefix ? '/' : '';
    // One additional entry shows whether the page is the last. For max-keys=1, MinIO may also report a wrong `IsTruncated`.
    const request: ListCall = { ...call, prefix, delimiter, maxKeys: Math.min(call.maxKeys + 1, maxPageSize) };
    const entries: Entry[] = [];
    const progress = new ListProgress();
    let last = call.startAfter;
    let position = isWithinPrefix ? positionAfter(startAfter, call) : '';
    let query = await this.#positionQuery(request, position);
    for (;;) {
      const page = await this.#requestPage(request, query);
      for (const listed of sortedEntries(page)) {
        const entry = delimiter === call.delimiter ? listed : fold(listed, call);
        if (!entry.key.startsWith(call.prefix) || compareKeys(entry.key, last) <= 0) continue;
        if (entries.length === call.maxKeys) return { entries: await this.#withMetadata(entries, call), truncated: true };
        entries.push(entry);
        last = entry.key;
      }
      // With `start-after`, MinIO returns an empty page even for a bucket that does not exist.
      if (page.nextToken === undefined && entries.length === 0) return this.#emptyPage(call);
      if (page.nextToken === undefined) return { entries: await this.#withMetadata(entries, call), truncated: false };
      if (entries.length === call.maxKeys && entries.at(-1)?.isPrefix !== true)
        return { entries: await this.#withMetadata(entries, call), truncated: true };
      const nextPosition = positionAfter(sortedEntries(page).at(-1)?.key ?? '', call);
      const advances = compareKeys(nextPosition, position) > 0;
      progress.check({ isEmpty: nextPosition === '', advances, token: page.nextToken });
      // A page that does not advance can be continued only by its token.
      query = advances ? await this.#positionQuery(request, nextPosition) : { 'continuation-token': page.nextToken };
      if (advances) position = nextPosition;
    }
  }

  async #emptyPage({ signal }: ListCall): Promise<DriverPage> {
    await requireBucket(this.#client, this.#bucket, signal);
    return { entries: [], truncated: false };
  }

  /** Returns the parameters that continue after a key. If they depend on the format of the server's tokens, requests a page to detect it. */
  async #positionQuery(request: ListCall, after: string): Promise<Readonly<Record<string, string>>> {
    const query = positionQuery(after, request, this.#features);
    if (query !== undefined) return query;
    await this.#requestPage({ ...request, maxKeys: 2, metadata: false }, {});
    // Without a token, the whole listing fits into one page: start at the beginning.
    return positionQuery(after, request, this.#features) ?? {};
  }

  /** Requests `metadata=true` until a response shows that the server ignores or refuses it. */
  async #requestPage(request: ListCall, position: Readonly<Record<string, string>>): Promise<ListObjectsPage> {
    if (!request.metadata || this.#features.metadata === false) return this.#sendRequest(request, position, false);
    try {
      const page = await this.#sendRequest(request, position, true);
      if (page.objects.length > 0) this.#features.metadata ??= page.objects.some(hasMetadata);
      return page;
    } catch (error) {
      const isRefused = error instanceof StorageError && (error.status === 400 || error.status === 501);
      if (this.#features.metadata === true || !isRefused) throw error;
      const page = await this.#sendRequest(request, position, false);
      this.#features.metadata = false;
      return page;
    }
  }

  async #sendRequest(request: ListCall, position: Readonly<Record<string, string>>, metadata: boolean): Promise<ListObjectsPage> {
    const { prefix, delimiter, maxKeys, signal } = request;
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      'max-keys': String(maxKeys),
      prefix,
      delimiter: delimiter === '' ? undefined : delimiter,
      metadata: metadata ? 'true' : undefined,
      ...position,
    };
    const page = await this.#client.sendForXml(
      { method: 'GET', bucket: this.#bucket, query, signal, idempotent: true },
      'ListBucketResult',
      readListObjectsPage,
    );
    if (page.nextToken !== undefined) this.#features.minioTokens ??= isMinioToken(page.nextToken);
    return page;
  }

  /** Adds the metadata that the listing lacks, with one HEAD per object. Objects that have been deleted meanwhile are omitted. */
  async #withMetadata(entries: Entry[], { metadata, signal }: ListCall): Promise<Entry[]> {
    if (!metadata || entries.every(hasMetadata)) return entries;
    const completed = await mapConcurrently(entries, async (entry) => {
      if (hasMetadata(entry)) return entry;
      try {
        return await headObject(this.#client, this.#bucket, entry.key, { signal });
      } catch (error) {
        if (error instanceof StorageError && error.code === 'NoSuchKey') return undefined;
        throw error;
      }
    });
    return completed.filter((entry) => entry !== undefined);
  }
}

/** Merges the objects and the common prefixes of a page, which are sorted separately. */
function sortedEntries({ objects, prefixes }: ListObjectsPage): Entry[] {
  return prefixes.length === 0 ? objects : [...objects, ...prefixes].sort((a, b) => compareKeys(a.key, b.key));
}

/** Tells whether an entry has its metadata. Common prefixes have none. */
function hasMetadata(entry: Entry): entry is ListedObject | CommonPrefix {
  return 'contentType' in entry || 'isPrefix' in entry;
}
