import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FakeServer } from './fake-server.js';
import type { ReceivedRequest } from './fake-server.js';

const keys = Array.from({ length: 50 }, (_, index) => `f/${String(index).padStart(2, '0')}`);

/** Lists like S3: no metadata, opaque tokens, `start-after`. */
class PlainS3Server {
  /** HEAD requests in flight. */
  readonly heads = { current: 0, max: 0 };
  /** Keys that are listed, but no longer exist. */
  deleted: readonly string[] = [];

  readonly respond = (request: ReceivedRequest, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url, 'http://host');
    if (request.method === 'HEAD') void this.#head(decodeURIComponent(pathname).replace('/bucket/', ''), response);
    else response.end(this.#page(searchParams));
  };

  #page(query: URLSearchParams): string {
    const token = query.get('continuation-token');
    const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'hex').toString();
    const remaining = keys.filter((key) => key > after);
    const page = remaining.slice(0, Number(query.get('max-keys')));
    const contents = page.map(
      (key) =>
        `<Contents><Key>${encodeURIComponent(key)}</Key><Size>1</Size><ETag>"e"</ETag><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>`,
    );
    const next = Buffer.from(page.at(-1) ?? '').toString('hex');
    const continuation =
      page.length < remaining.length ? `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>` : '';
    return `<ListBucketResult><EncodingType>url</EncodingType>${continuation}${contents.join('')}</ListBucketResult>`;
  }

  async #head(key: string, response: ServerResponse): Promise<void> {
    this.heads.max = Math.max(this.heads.max, ++this.heads.current);
    await sleep(5);
    this.heads.current--;
    const status = this.deleted.includes(key) ? 404 : 200;
    const objectHeaders = {
      'content-length': '1',
      'content-type': 'text/x',
      'x-amz-meta-of': key,
      etag: '"e"',
      'last-modified': new Date(0).toUTCString(),
    };
    response.writeHead(status, { 'x-amz-request-id': 'R', ...(status === 404 ? {} : objectHeaders) }).end();
  }
}

test('metadata=true is requested once from a server that ignores it; then each object is requested, a few in parallel', async () => {
  const plain = new PlainS3Server();
  plain.deleted = ['f/07'];
  await using server = await FakeServer.start(plain.respond);
  const bucket = server.datastore.bucket('bucket');
  for (let round = 0; round < 2; round++) {
    const listed = await bucket.list();
    expect(listed.map(({ key, contentType, metadata }) => [key, contentType, metadata])).toEqual(
      keys.filter((key) => key !== 'f/07').map((key) => [key, 'text/x', { of: key }]),
    );
  }
  expect(plain.heads.max).toBeGreaterThan(1);
  expect(plain.heads.max).toBeLessThanOrEqual(17);
  expect(server.received.filter(({ url }) => url.includes('metadata=true'))).toHaveLength(1);
});

test('a listing continues with start-after on a server whose tokens are opaque', async () => {
  await using server = await FakeServer.start(new PlainS3Server().respond);
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
