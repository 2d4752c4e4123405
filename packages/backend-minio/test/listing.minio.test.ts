import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import type { Bucket } from '@anybucket/core';
import type { MinioDatastore } from '../src/index.js';
import { FaultProxy } from './fault-proxy.js';
import { openDatastore, scratchBucket } from './support.js';

const address = inject('minio');

/** A folder among siblings that sort before it, which MinIO loses after some positions. */
const siblings = Array.from({ length: 30 }, (_, index) => `f-${String(index).padStart(4, '0')}`);
const folders =
  'f/0|f/1|f/2|f/3|f.x|f x|g|h/a/b|h/a/c|h/b|é|🌍|\uE000|a+b|a%2Bb|x.hidden|p/.hidden|p/..x|p/ .y|b/|b/x|b/y/|b/y/z|d/|e'.split('|');
const unusual = '007|1.50|0x1F|false|a&b<c>|a b|c\rr|c\nn|c\tt|c\u0001|c\u001f|c\u007f|c\ufffe'.split('|');
const keys = [...siblings, ...folders, ...unusual];

interface Query {
  readonly prefix: string;
  readonly startAfter: string;
  readonly delimiter: string;
}

/** Returns the listing by its definition. */
function expected({ prefix, startAfter, delimiter }: Query): string[] {
  const bytes = (text: string): Buffer => Buffer.from(text);
  const found = new Set<string>();
  for (const key of keys.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)))) {
    if (!key.startsWith(prefix)) continue;
    const index = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = index < 0 ? key : key.slice(0, index + delimiter.length);
    if (startAfter === '' || Buffer.compare(bytes(entry), bytes(startAfter)) > 0) found.add(entry);
  }
  return [...found];
}

async function listInPages(bucket: Bucket, { delimiter, ...query }: Query, pageSize: number): Promise<string[]> {
  const found: string[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < 200; pages++) {
    const page = await bucket.listPage({ ...query, metadata: false, pageSize, token, ...(delimiter === '' ? {} : { delimiter }) });
    expect(page.entries.length).toBeLessThanOrEqual(pageSize);
    found.push(...page.entries.map(({ key }) => key));
    token = page.nextToken;
    if (token === undefined) return found;
  }
  throw new Error('the listing does not end');
}

describe.skipIf(address === undefined)('a listing', () => {
  let datastore: MinioDatastore;
  let bucket: Bucket & AsyncDisposable;

  beforeAll(async () => {
    datastore = openDatastore(address as MinioAddress);
    bucket = await scratchBucket(datastore);
    await Promise.all(keys.map((key) => bucket.put(key, 'x')));
  });
  afterAll(async () => {
    await bucket[Symbol.asyncDispose]();
    await datastore.close();
  });

  describe.each(['', 'b', 'b/', 'f', 'f/', 'h', 'p/.', 'p/..', 'p/ ', '../', 'a//', '/', '\0', 'c', 'none'])('with prefix %j', (prefix) => {
    test.each(['', '/', '-', 'f', '/a'])('and delimiter %j is complete from every position, with every page size', async (delimiter) => {
      for (const startAfter of ['', 'f/1', 'f', 'f-0003', 'h/a/', 'b', 'b/', 'e', '..', 'p/..', 'a/../b', 'a//', '\0', 'zzz']) {
        for (const pageSize of [1, 2, 7, 1000]) {
          const query = { prefix, startAfter, delimiter };
          if (pageSize <= 2 && !['', 'f/1', 'b', 'b/'].includes(startAfter)) continue;
          expect({ startAfter, pageSize, keys: await listInPages(bucket, query, pageSize) }).toEqual({
            startAfter,
            pageSize,
            keys: expected(query),
          });
        }
      }
    });
  });

  test('is complete from any position in the first request to a server', async () => {
    const fresh = openDatastore(address as MinioAddress);
    const query = { prefix: '', startAfter: 'f/1', delimiter: '' };
    expect(await listInPages(fresh.bucket(bucket.name), query, 3)).toEqual(expected(query));
    await fresh.close();
  });

  test('with metadata takes one request per page and keeps unusual values', async () => {
    await using proxy = await FaultProxy.start(address as MinioAddress);
    const proxied = openDatastore(proxy.address);
    await using scratch = await scratchBucket(datastore);
    const metadata = {
      a: '007',
      b_b: '1.50',
      'c.c': 'false',
      'd-d': 'a&b<c>"\'',
      e: '',
      f: 'two  spaces',
      g: 'é 🌍 =?',
      h: 'x'.repeat(500),
    };
    for (const key of ['one', 'two', 'three']) await scratch.put(key, key, { metadata, contentType: 'text/x-é'.replace('é', 'e') });
    const listed = await proxied.bucket(scratch.name).list();
    expect(listed.map((entry) => entry.metadata)).toEqual([metadata, metadata, metadata]);
    expect(listed).toEqual(
      (await scratch.stat(['one', 'three', 'two'])).map((info) =>
        expect.objectContaining({ contentType: info?.contentType, etag: info?.etag }),
      ),
    );
    expect(proxy.requests).toHaveLength(1);
    await proxied.close();
  });

  test('reads metadata names that are not XML names, which other clients may store', async () => {
    await using scratch = await scratchBucket(datastore);
    const names = [
      "a'b",
      'a!b',
      'a$',
      '0',
      '1.5',
      '-',
      'a&b',
      'a|b',
      'a*b',
      'a#b',
      'a+b',
      'a%b',
      'a`b',
      'a^b',
      'a~b',
      'constructor',
      '__proto__',
    ];
    const native = { headers: Object.fromEntries(names.map((name) => [`x-amz-meta-${name}`, `value of ${name}`])) };
    await scratch.put('1-before', 'x');
    await scratch.put('2-unusual', 'x', { native });
    await scratch.put('3-after', 'x');
    const expectedMetadata = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
    expect((await scratch.list()).map(({ key, metadata }) => [key, metadata])).toEqual([
      ['1-before', {}],
      ['2-unusual', expectedMetadata],
      ['3-after', {}],
    ]);
    expect((await scratch.stat('2-unusual')).metadata).toEqual(expectedMetadata);
  });

  test('requests each object of a server that refuses metadata=true', async () => {
    await using proxy = await FaultProxy.start(address as MinioAddress);
    proxy.fault = ({ url }) =>
      url.includes('metadata=true')
        ? { kind: 'respond', status: 501, body: '<Error><Code>NotImplemented</Code><Message>message</Message></Error>' }
        : undefined;
    const refused = openDatastore(proxy.address);
    await using scratch = await scratchBucket(datastore);
    await scratch.put('k', 'x', { metadata: { a: 'b' }, contentType: 'text/plain' });
    for (let round = 0; round < 2; round++) {
      expect(await refused.bucket(scratch.name).list()).toMatchObject([{ key: 'k', contentType: 'text/plain', metadata: { a: 'b' } }]);
    }
    expect(proxy.requests.filter(({ url }) => url.includes('metadata=true'))).toHaveLength(1);
    expect(proxy.requests.filter(({ method }) => method === 'HEAD')).toHaveLength(2);
    await refused.close();
  });

  test('of versions reads all pages', async () => {
    await using scratch = await scratchBucket(datastore);
    await scratch.setVersioning('enabled');
    const rounds = 3;
    const names = Array.from(
      { length: 400 },
      (_, index) => `v/${String(index % 2 === 0 ? index : `${index}/x`)}-${randomBytes(2).toString('hex')}`,
    );
    for (let round = 0; round < rounds; round++) await Promise.all(names.map((key) => scratch.put(key, String(round))));
    const versions = await scratch.listVersions({ prefix: 'v/' });
    expect(versions).toHaveLength(names.length * rounds);
    expect(new Set(versions.map(({ versionId }) => versionId)).size).toBe(names.length * rounds);
    expect(versions.filter(({ isLatest }) => isLatest)).toHaveLength(names.length);
  }, 60_000);
});
