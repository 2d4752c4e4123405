import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import type { Bucket } from '@anybucket/core';
import type { MinioDatastore } from '../src/index.js';
import { FaultProxy } from './fault-proxy.js';
import { open, scratchBucket } from './support.js';

const address = inject('minio');

/** What MinIO itself loses behind some positions: a folder among siblings that sort before it. */
const siblings = Array.from({ length: 30 }, (_, index) => `f-${String(index).padStart(4, '0')}`);
const beside =
  'f/0|f/1|f/2|f/3|f.x|f x|g|h/a/b|h/a/c|h/b|é|🌍|\uE000|a+b|a%2Bb|x.hidden|p/.hidden|p/..x|p/ .y|b/|b/x|b/y/|b/y/z|d/|e'.split('|');
const odd = '007|1.50|0x1F|false|a&b<c>|a b|c\rr|c\nn|c\tt|c\u0001|c\u001f|c\u007f|c\ufffe'.split('|');
const keys = [...siblings, ...beside, ...odd];

interface Question {
  readonly prefix: string;
  readonly startAfter: string;
  readonly delimiter: string;
}

/** What a listing must be, from nothing but the definition. */
function expected({ prefix, startAfter, delimiter }: Question): string[] {
  const bytes = (text: string): Buffer => Buffer.from(text);
  const found = new Set<string>();
  for (const key of keys.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b)))) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = at < 0 ? key : key.slice(0, at + delimiter.length);
    if (startAfter === '' || Buffer.compare(bytes(entry), bytes(startAfter)) > 0) found.add(entry);
  }
  return [...found];
}

async function paged(bucket: Bucket, { delimiter, ...question }: Question, pageSize: number): Promise<string[]> {
  const found: string[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < 200; pages++) {
    const page = await bucket.listPage({ ...question, metadata: false, pageSize, token, ...(delimiter === '' ? {} : { delimiter }) });
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
    datastore = open(address as MinioAddress);
    bucket = await scratchBucket(datastore);
    await Promise.all(keys.map((key) => bucket.put(key, 'x')));
  });
  afterAll(async () => {
    await bucket[Symbol.asyncDispose]();
    await datastore.close();
  });

  describe.each(['', 'b', 'b/', 'f', 'f/', 'h', 'p/.', 'p/..', 'p/ ', '../', 'a//', '/', '\0', 'c', 'none'])('with prefix %j', (prefix) => {
    test.each(['', '/', '-', 'f', '/a'])('and delimiter %j is whole from every place, in pages of every size', async (delimiter) => {
      for (const startAfter of ['', 'f/1', 'f', 'f-0003', 'h/a/', 'b', 'b/', 'e', '..', 'p/..', 'a/../b', 'a//', '\0', 'zzz']) {
        for (const pageSize of [1, 2, 7, 1000]) {
          const question = { prefix, startAfter, delimiter };
          if (pageSize <= 2 && !['', 'f/1', 'b', 'b/'].includes(startAfter)) continue;
          expect({ startAfter, pageSize, keys: await paged(bucket, question, pageSize) }).toEqual({
            startAfter,
            pageSize,
            keys: expected(question),
          });
        }
      }
    });
  });

  test('is whole from a place of which the server told nothing yet', async () => {
    const fresh = open(address as MinioAddress);
    const question = { prefix: '', startAfter: 'f/1', delimiter: '' };
    expect(await paged(fresh.bucket(bucket.name), question, 3)).toEqual(expected(question));
    await fresh.close();
  });

  test('with metadata takes one request a page, and stands many odd values', async () => {
    await using proxy = await FaultProxy.start(address as MinioAddress);
    const watched = open(proxy.address);
    await using own = await scratchBucket(datastore);
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
    for (const key of ['one', 'two', 'three']) await own.put(key, key, { metadata, contentType: 'text/x-é'.replace('é', 'e') });
    const listed = await watched.bucket(own.name).list();
    expect(listed.map((entry) => entry.metadata)).toEqual([metadata, metadata, metadata]);
    expect(listed).toEqual(
      (await own.stat(['one', 'three', 'two'])).map((info) =>
        expect.objectContaining({ contentType: info?.contentType, etag: info?.etag }),
      ),
    );
    expect(proxy.requests).toHaveLength(1);
    await watched.close();
  });

  test('stands metadata names that are no XML names, as other clients may give them', async () => {
    await using own = await scratchBucket(datastore);
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
    const native = { headers: Object.fromEntries(names.map((name) => [`x-amz-meta-${name}`, `of ${name}`])) };
    await own.put('before', 'x');
    await own.put('odd', 'x', { native });
    await own.put('then', 'x');
    const whole = Object.fromEntries(names.map((name) => [name, `of ${name}`]));
    expect((await own.list()).map(({ key, metadata }) => [key, metadata])).toEqual([
      ['before', {}],
      ['odd', whole],
      ['then', {}],
    ]);
    expect((await own.stat('odd')).metadata).toEqual(whole);
  });

  test('of a server without the metadata extension asks for each object', async () => {
    await using proxy = await FaultProxy.start(address as MinioAddress);
    // A server that does not know the parameter refuses it.
    proxy.fault = ({ url }) =>
      url.includes('metadata=true')
        ? { kind: 'answer', status: 501, body: '<Error><Code>NotImplemented</Code><Message>what?</Message></Error>' }
        : undefined;
    const plain = open(proxy.address);
    await using own = await scratchBucket(datastore);
    await own.put('k', 'x', { metadata: { a: 'b' }, contentType: 'text/plain' });
    for (let round = 0; round < 2; round++) {
      expect(await plain.bucket(own.name).list()).toMatchObject([{ key: 'k', contentType: 'text/plain', metadata: { a: 'b' } }]);
    }
    expect(proxy.requests.filter(({ url }) => url.includes('metadata=true'))).toHaveLength(1);
    expect(proxy.requests.filter(({ method }) => method === 'HEAD')).toHaveLength(2);
    await plain.close();
  });

  test('of versions goes over many pages', async () => {
    await using own = await scratchBucket(datastore);
    await own.setVersioning('enabled');
    const rounds = 3;
    const names = Array.from(
      { length: 400 },
      (_, index) => `v/${String(index % 2 === 0 ? index : `${index}/x`)}-${randomBytes(2).toString('hex')}`,
    );
    for (let round = 0; round < rounds; round++) await Promise.all(names.map((key) => own.put(key, String(round))));
    const versions = await own.listVersions({ prefix: 'v/' });
    expect(versions).toHaveLength(names.length * rounds);
    expect(new Set(versions.map(({ versionId }) => versionId)).size).toBe(names.length * rounds);
    expect(versions.filter(({ isLatest }) => isLatest)).toHaveLength(names.length);
  }, 60_000);
});
