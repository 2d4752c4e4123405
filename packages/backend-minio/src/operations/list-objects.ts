import type { CommonPrefix, ListedObject, ObjectSummary } from '@anybucket/core';
import { StorageError, commonPrefix, compareKeys, maxPageSize } from '@anybucket/core/backend';
import type { DriverPage, ListCall } from '@anybucket/core/backend';
import type { S3Server } from '../http/s3-server.js';
import { readListing } from '../wire/listing-answer.js';
import type { ListingAnswer } from '../wire/listing-answer.js';
import { bounded } from './bounded.js';
import { requireBucket } from './buckets.js';
import { isKeyToken, positionQuery } from './listing-traits.js';
import type { ListingTraits } from './listing-traits.js';
import { headObject } from './read-object.js';
import { servablePrefix, servableStart } from './servable.js';

type Entry = ObjectSummary | ListedObject | CommonPrefix;

/** What no key of a folder begins with. A noncharacter: one that does begin so would only be listed as its folder once more, and dropped. */
const lastCharacter = '\u{10ffff}';

/** Lists a bucket page by page. */
export class ObjectLister {
  readonly #server: S3Server;
  readonly #bucket: string;
  readonly #traits: ListingTraits;

  constructor(server: S3Server, bucket: string, traits: ListingTraits) {
    this.#server = server;
    this.#bucket = bucket;
    this.#traits = traits;
  }

  /** ListObjectsV2, as often as it takes to fill the page: a server's page may be short, or empty, and still not the last. */
  async page(call: ListCall): Promise<DriverPage> {
    const { prefix, possible } = servablePrefix(call.prefix);
    const start = servableStart(call.startAfter);
    // A server may refuse a position outside of the prefix. Before it: the beginning; behind it: there is nothing.
    const within = start.startsWith(prefix);
    if (!possible || (!within && compareKeys(start, prefix) > 0)) return this.#nothing(call);
    // Only `/` is left to the server: with another delimiter MinIO gives a folder at a page's end again and again. And folding counts from
    // the prefix, so it can't fold by another prefix than the one asked for.
    const delimiter = call.delimiter === '/' && prefix === call.prefix ? '/' : '';
    // One entry more than wanted tells whether more follows. And for a single one MinIO may say wrongly that it is the last.
    const served: ListCall = { ...call, prefix, delimiter, maxKeys: Math.min(call.maxKeys + 1, maxPageSize) };
    const entries: Entry[] = [];
    let last = call.startAfter;
    let reached = within ? placeBehind(start, call) : '';
    let position = await this.#query(served, reached);
    for (;;) {
      const answer = await this.#request(served, position);
      for (const raw of inOrder(answer)) {
        const entry = delimiter === call.delimiter ? raw : fold(raw, call);
        if (!entry.key.startsWith(call.prefix) || compareKeys(entry.key, last) <= 0) continue;
        if (entries.length === call.maxKeys) return { entries: await this.#complete(entries, call), truncated: true };
        entries.push(entry);
        last = entry.key;
      }
      // From a position on, MinIO has an empty answer for a bucket that doesn't exist, too.
      if (answer.token === undefined && entries.length === 0) return this.#nothing(call);
      if (answer.token === undefined) return { entries: await this.#complete(entries, call), truncated: false };
      if (entries.length === call.maxKeys && entries.at(-1)?.isPrefix !== true)
        return { entries: await this.#complete(entries, call), truncated: true };
      const next = placeBehind(inOrder(answer).at(-1)?.key ?? '', call);
      // A page without anything new has only its token to go on by.
      position = compareKeys(next, reached) > 0 ? await this.#query(served, next) : { 'continuation-token': answer.token };
      reached = next;
    }
  }

  async #nothing({ signal }: ListCall): Promise<DriverPage> {
    await requireBucket(this.#server, this.#bucket, signal);
    return { entries: [], truncated: false };
  }

  /** How to go on behind a key. A server not known yet is asked from the beginning: the token that it gives tells, and without one there is nothing to go on to. */
  async #query(call: ListCall, after: string): Promise<Readonly<Record<string, string>>> {
    const known = positionQuery(after, call, this.#traits);
    if (known !== undefined) return known;
    await this.#request({ ...call, maxKeys: 2, metadata: false }, {});
    return positionQuery(after, call, this.#traits) ?? {};
  }

  /** MinIO's extension is asked for until the server has shown that it doesn't know it, by its answer or by a refusal. */
  async #request(call: ListCall, position: Readonly<Record<string, string>>): Promise<ListingAnswer> {
    if (!call.metadata || this.#traits.metadata === false) return this.#send(call, position, false);
    try {
      const answer = await this.#send(call, position, true);
      if (answer.objects.length > 0) this.#traits.metadata ??= answer.objects.some(isComplete);
      return answer;
    } catch (error) {
      if (this.#traits.metadata === true || !(error instanceof StorageError) || (error.status !== 400 && error.status !== 501)) throw error;
      const answer = await this.#send(call, position, false);
      this.#traits.metadata = false;
      return answer;
    }
  }

  async #send(call: ListCall, position: Readonly<Record<string, string>>, metadata: boolean): Promise<ListingAnswer> {
    const { prefix, delimiter, maxKeys, signal } = call;
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      'max-keys': String(maxKeys),
      prefix,
      delimiter: delimiter === '' ? undefined : delimiter,
      metadata: metadata ? 'true' : undefined,
      ...position,
    };
    const answer = await this.#server.xml({ method: 'GET', bucket: this.#bucket, query, signal, repeatable: true }, readListing);
    if (answer.token !== undefined) this.#traits.keyTokens ??= isKeyToken(answer.token);
    return answer;
  }

  /** Asks for the metadata that the server did not list, an object a request. One that is gone meanwhile is left out. */
  async #complete(entries: Entry[], { metadata, signal }: ListCall): Promise<Entry[]> {
    if (!metadata || entries.every(isComplete)) return entries;
    const whole = await bounded(entries, async (entry) => {
      if (isComplete(entry)) return entry;
      try {
        return await headObject(this.#server, this.#bucket, entry.key, { signal });
      } catch (error) {
        if (error instanceof StorageError && error.code === 'NoSuchKey') return undefined;
        throw error;
      }
    });
    return whole.filter((entry) => entry !== undefined);
  }
}

/** Objects and folders come apart, each in order. */
function inOrder({ objects, prefixes }: ListingAnswer): Entry[] {
  return prefixes.length === 0 ? objects : [...objects, ...prefixes].sort((a, b) => compareKeys(a.key, b.key));
}

function fold(entry: Entry, { prefix, delimiter }: ListCall): Entry {
  const folder = entry.key.startsWith(prefix) ? commonPrefix(entry.key, prefix, delimiter) : undefined;
  return folder === undefined ? entry : { key: folder, isPrefix: true };
}

/**
 * The place from which a listing goes on behind a key. A folder in which it lies is stepped over whole: it was folded, and with a place
 * within it, or at its name, MinIO may lose what follows.
 */
function placeBehind(key: string, { prefix, delimiter }: ListCall): string {
  const folder = key.startsWith(prefix) ? commonPrefix(key, prefix, delimiter) : undefined;
  return folder === undefined ? key : folder + lastCharacter;
}

/** Needs no request of its own. */
function isComplete(entry: Entry): entry is ListedObject | CommonPrefix {
  return 'contentType' in entry || 'isPrefix' in entry;
}
