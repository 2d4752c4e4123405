import { isUtf8 } from 'node:buffer';
import type { Bucket, Datastore, Metadata, ObjectInfo, Tags } from '@anybucket/core';

/** An object of {@link StoreContents}. Its size and body determine its ETag, which is left out, as are its time and its version id. */
export interface ObjectContents {
  readonly body: Buffer;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly metadata: Metadata;
  readonly tags: Tags;
}

/** The latest versions of all objects of a datastore, by bucket and key. */
export class StoreContents {
  readonly buckets: ReadonlyMap<string, ReadonlyMap<string, ObjectContents>>;

  constructor(buckets: ReadonlyMap<string, ReadonlyMap<string, ObjectContents>>) {
    this.buckets = buckets;
  }

  /** Returns one line per bucket, object and attribute, in a stable order. Bodies are text, or hexadecimal if they are not UTF-8. */
  toString(): string {
    return [...this.buckets].flatMap(([name, objects]) => [`${name}:`, ...[...objects].flatMap(describeObject)]).join('\n');
  }
}

/** Bytes of a body that are shown. */
const maxShownBytes = 200;
const headerNames = ['cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage', 'expires'] as const;
const concurrency = 8;

/**
 * Reads a whole datastore: the names of the buckets, and the bodies and attributes of the latest versions, for an inline snapshot or a
 * comparison.
 *
 *     expect(await contentsOf(store)).toMatchInlineSnapshot();
 */
export async function contentsOf(datastore: Datastore): Promise<StoreContents> {
  const buckets = new Map<string, ReadonlyMap<string, ObjectContents>>();
  for (const bucket of await datastore.getBuckets()) buckets.set(bucket.name, await contentsOfBucket(bucket));
  return new StoreContents(buckets);
}

async function contentsOfBucket(bucket: Bucket): Promise<ReadonlyMap<string, ObjectContents>> {
  const keys = await bucket.listFilename();
  const objects = new Map<string, ObjectContents>();
  for (let start = 0; start < keys.length; start += concurrency) {
    const batch = keys.slice(start, start + concurrency);
    const contents = await Promise.all(batch.map((key) => contentsOfObject(bucket, key)));
    for (const [index, key] of batch.entries()) {
      const object = contents[index];
      if (object !== undefined) objects.set(key, object);
    }
  }
  return objects;
}

/** Reads an object. @throws the errors of `get` and `tags` */
export async function contentsOfObject(bucket: Bucket, key: string): Promise<ObjectContents> {
  const object = await bucket.get(key);
  const { info } = object;
  const body = await object.bytes();
  const tags = info.tagCount === undefined || !bucket.datastore.capabilities.tags ? {} : await bucket.tags(key);
  return { body, contentType: info.contentType, headers: headersOf(info), metadata: info.metadata, tags };
}

function headersOf(info: ObjectInfo): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of headerNames) {
    const value = info[name];
    if (value !== undefined) headers[name] = value instanceof Date ? value.toISOString() : value;
  }
  return headers;
}

function describeObject([key, { body, contentType, headers, metadata, tags }]: [string, ObjectContents]): string[] {
  return [
    `  ${key}: ${body.length} B, ${contentType}`,
    ...(body.length === 0 ? [] : [`    ${describeBody(body)}`]),
    ...describeFields('', headers),
    ...describeFields('metadata ', metadata),
    ...describeFields('tag ', tags),
  ];
}

function describeFields(kind: string, fields: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(fields).sort();
  return names.map((name) => `    ${kind}${name}: ${JSON.stringify(fields[name])}`);
}

/** Describes a body on one line. */
export function describeBody(body: Buffer): string {
  const shown = body.length > maxShownBytes ? '...' : '';
  return isUtf8(body)
    ? JSON.stringify(body.toString('utf8').slice(0, maxShownBytes)) + shown
    : `0x${body.subarray(0, maxShownBytes).toString('hex')}${shown}`;
}
