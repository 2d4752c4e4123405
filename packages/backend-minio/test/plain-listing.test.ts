import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FakeServer } from './fake-server.js';
import type { Received } from './fake-server.js';

const keys = Array.from({ length: 50 }, (_, index) => `f/${String(index).padStart(2, '0')}`);

/** A server that lists as S3 describes it: no metadata, tokens that mean nothing to others, `start-after`. */
class PlainServer {
  /** HEADs under way, and the most at once. */
  readonly heads = { now: 0, most: 0 };
  /** Objects that are gone when they are asked for. */
  gone: readonly string[] = [];

  readonly answer = (received: Received, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(received.url, 'http://host');
    if (received.method === 'HEAD') void this.#head(decodeURIComponent(pathname).replace('/bucket/', ''), response);
    else response.end(this.#page(searchParams));
  };

  #page(query: URLSearchParams): string {
    const token = query.get('continuation-token');
    const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'hex').toString();
    const left = keys.filter((key) => key > after);
    const page = left.slice(0, Number(query.get('max-keys')));
    const rows = page.map(
      (key) =>
        `<Contents><Key>${encodeURIComponent(key)}</Key><Size>1</Size><ETag>"e"</ETag><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>`,
    );
    const next = Buffer.from(page.at(-1) ?? '').toString('hex');
    const more = page.length < left.length ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>` : '';
    return `<ListBucketResult><EncodingType>url</EncodingType>${more}${rows.join('')}</ListBucketResult>`;
  }

  async #head(key: string, response: ServerResponse): Promise<void> {
    this.heads.most = Math.max(this.heads.most, ++this.heads.now);
    await sleep(5);
    this.heads.now--;
    const status = this.gone.includes(key) ? 404 : 200;
    const attributes = { 'content-type': 'text/x', 'x-amz-meta-of': key, etag: '"e"', 'last-modified': new Date(0).toUTCString() };
    response.writeHead(status, { 'x-amz-request-id': 'R', ...(status === 404 ? {} : attributes) }).end();
  }
}

test('a server that passes over the metadata extension is asked for each object, a few at once, and for the extension once', async () => {
  const plain = new PlainServer();
  plain.gone = ['f/07'];
  await using server = await FakeServer.start(plain.answer);
  const bucket = server.datastore.bucket('bucket');
  for (let round = 0; round < 2; round++) {
    const listed = await bucket.list();
    expect(listed.map(({ key, contentType, metadata }) => [key, contentType, metadata])).toEqual(
      keys.filter((key) => key !== 'f/07').map((key) => [key, 'text/x', { of: key }]),
    );
  }
  expect(plain.heads.most).toBeGreaterThan(1);
  expect(plain.heads.most).toBeLessThanOrEqual(17);
  expect(server.received.filter(({ url }) => url.includes('metadata=true'))).toHaveLength(1);
});

test('a server whose tokens hold no key in a form that is known goes on by `start-after`', async () => {
  await using server = await FakeServer.start(new PlainServer().answer);
  const bucket = server.datastore.bucket('bucket');
  const listed: string[] = [];
  let token: string | undefined;
  do {
    const page = await bucket.listPage({ metadata: false, pageSize: 7, token });
    listed.push(...page.entries.map(({ key }) => key));
    token = page.nextToken;
  } while (token !== undefined);
  expect(listed).toEqual(keys);
  expect(await bucket.listFilename({ startAfter: 'f/47' })).toEqual(['f/48', 'f/49']);
  const positions = server.received.map(({ url }) => new URL(url, 'http://host').searchParams);
  expect(positions.some((query) => query.get('start-after') === 'f/47')).toBe(true);
  expect(positions.some((query) => query.has('continuation-token'))).toBe(false);
});
