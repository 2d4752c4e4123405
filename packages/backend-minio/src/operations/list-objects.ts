import type { CommonPrefix, ListedObject, ObjectSummary } from '@anybucket/core';
import { StorageError, commonPrefix, compareKeys } from '@anybucket/core/backend';
import type { DriverPage, ListCall } from '@anybucket/core/backend';
import type { S3Server } from '../http/s3-server.js';
import { readListing } from '../wire/listing-answer.js';
import type { ListingAnswer } from '../wire/listing-answer.js';
import { bounded } from './bounded.js';
import { bucketExists } from './buckets.js';
import { headObject } from './read-object.js';
import { servablePrefix, servableStart } from './servable.js';

type Entry = ObjectSummary | ListedObject | CommonPrefix;

/** Whether a server lists metadata, as MinIO does: found out from its own answers, once for all buckets. */
export interface ListingMetadata {
  served: boolean | undefined;
}

/** Lists one page of a bucket. */
export class ObjectLister {
  readonly #server: S3Server;
  readonly #bucket: string;
  readonly #metadata: ListingMetadata;

  constructor(server: S3Server, bucket: string, metadata: ListingMetadata) {
    this.#server = server;
    this.#bucket = bucket;
    this.#metadata = metadata;
  }

  /** ListObjectsV2, as often as it takes to fill the page: a server's page may be short, or empty, and still not the last. */
  async page(call: ListCall): Promise<DriverPage> {
    const { prefix, possible } = servablePrefix(call.prefix);
    if (!possible) return this.#nothing(call);
    // Folding counts from the prefix: by another prefix than the one asked for the server folds wrongly.
    const folds = prefix === call.prefix;
    const servable: ListCall = { ...call, prefix, delimiter: folds ? call.delimiter : '', startAfter: servableStart(call.startAfter) };
    const entries: Entry[] = [];
    let last = call.startAfter;
    let token: string | undefined;
    do {
      const answer = await this.#request(servable, token);
      for (const entry of inOrder(answer)) {
        const folded = folds ? entry : fold(entry, call);
        if (!folded.key.startsWith(call.prefix) || compareKeys(folded.key, last) <= 0) continue;
        if (entries.length === call.maxKeys) return { entries: await this.#complete(entries, call), truncated: true };
        entries.push(folded);
        last = folded.key;
      }
      ({ token } = answer);
    } while (token !== undefined && entries.length < call.maxKeys);
    return { entries: await this.#complete(entries, call), truncated: token !== undefined };
  }

  async #nothing({ signal }: ListCall): Promise<DriverPage> {
    if (await bucketExists(this.#server, this.#bucket, signal)) return { entries: [], truncated: false };
    throw new StorageError({ code: 'NoSuchBucket', message: 'the bucket does not exist' });
  }

  /** The extension is asked for until the server has shown that it doesn't know it, by its answer or by a refusal. */
  async #request(call: ListCall, token: string | undefined): Promise<ListingAnswer> {
    if (!call.metadata || this.#metadata.served === false) return this.#send(call, token, false);
    try {
      const answer = await this.#send(call, token, true);
      if (answer.objects.length > 0) this.#metadata.served ??= answer.objects.some(isListed);
      return answer;
    } catch (error) {
      if (this.#metadata.served === true || !(error instanceof StorageError) || (error.status !== 400 && error.status !== 501)) throw error;
      const answer = await this.#send(call, token, false);
      this.#metadata.served = false;
      return answer;
    }
  }

  async #send(
    { prefix, delimiter, startAfter, maxKeys, signal }: ListCall,
    token: string | undefined,
    metadata: boolean,
  ): Promise<ListingAnswer> {
    const query = {
      'list-type': '2',
      'encoding-type': 'url',
      'max-keys': String(maxKeys),
      prefix,
      delimiter: delimiter === '' ? undefined : delimiter,
      'start-after': startAfter === '' || token !== undefined ? undefined : startAfter,
      'continuation-token': token,
      metadata: metadata ? 'true' : undefined,
    };
    return readListing(await this.#server.xml({ method: 'GET', bucket: this.#bucket, query, signal, repeatable: true }));
  }

  /** Asks for the metadata that the server did not list, an object a request. One that is gone meanwhile is left out. */
  async #complete(entries: Entry[], { metadata, signal }: ListCall): Promise<Entry[]> {
    if (!metadata || entries.every(isListed)) return entries;
    const whole = await bounded(entries, async (entry) => {
      if (isListed(entry)) return entry;
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

/** Needs no request of its own. */
function isListed(entry: Entry): entry is ListedObject | CommonPrefix {
  return 'contentType' in entry || 'isPrefix' in entry;
}
