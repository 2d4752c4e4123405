import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Bucket } from '@anybucket/core';
import { MinioDatastore } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import type { ReceivedRequest } from './fake-server.js';
import { LyingServer, content, date, endless, entryXml, isoDate, operationOf, versionXml, xml } from './lying-server.js';
import type { Lie, Reply, S3Operation } from './lying-server.js';
import { startRawServer } from './raw-server.js';
import type { RawServer } from './raw-server.js';
import { chunksOf, failure, pattern } from './support.js';

const mib = 2 ** 20;
const partSize = 5 * mib;
const large = pattern(11 * mib);
const range = { start: 1000, end: 2000 };

const calls = {
  getBuckets: (datastore) => datastore.getBuckets(),
  createBucket: (datastore) => datastore.createBucket('bucket'),
  removeBucket: (datastore) => datastore.removeBucket('bucket'),
  bucketExists: (datastore) => datastore.bucketExists('bucket'),
  stat: (_, bucket) => bucket.stat('k'),
  exists: (_, bucket) => bucket.exists('k'),
  get: async (_, bucket) => (await bucket.get('k')).bytes(),
  'get of a range': async (_, bucket) => (await bucket.get('k', { range })).bytes(),
  put: (_, bucket) => bucket.put('k', 'x'),
  'put in parts': (_, bucket) => bucket.put('k', chunksOf(large), { partSize }),
  copy: (_, bucket) => bucket.fcopyTo('bucket', 'k', 'source'),
  delete: (_, bucket) => bucket.delete('k'),
  'delete of several': (_, bucket) => bucket.delete(['a', 'b']),
  list: (_, bucket) => bucket.list({ metadata: false }),
  listFilename: (_, bucket) => bucket.listFilename(),
  tags: (_, bucket) => bucket.tags('k'),
  setTags: (_, bucket) => bucket.setTags('k', { a: 'b' }),
  removeTags: (_, bucket) => bucket.removeTags('k'),
  listVersions: (_, bucket) => bucket.listVersions(),
  versioning: (_, bucket) => bucket.versioning(),
  setVersioning: (_, bucket) => bucket.setVersioning('enabled'),
} satisfies Record<string, (datastore: MinioDatastore, bucket: Bucket) => Promise<unknown>>;

type Call = keyof typeof calls;
const allCalls = Object.keys(calls) as Call[];
/** Calls that read an XML document. */
const xmlCalls = allCalls.filter((name) => /copy|parts|several|list|^tags|^getBuckets|^versioning/.test(name));

const run = (name: Call, { datastore }: FakeServer): Promise<unknown> => calls[name](datastore, datastore.bucket('bucket'));

/** A lie about one operation. */
function about(operation: S3Operation | readonly S3Operation[], lie: (honest: Reply, request: ReceivedRequest) => Reply): Lie {
  return (request, honest) => ([operation].flat().includes(operationOf(request)) ? lie(honest, request) : undefined);
}

const without =
  (...names: string[]) =>
  (honest: Reply): Reply => ({
    ...honest,
    headers: Object.fromEntries(Object.entries(honest.headers).filter(([name]) => !names.includes(name))),
  });
const withHeaders =
  (headers: Record<string, string>) =>
  (honest: Reply): Reply => ({ ...honest, headers: { ...honest.headers, ...headers } });
const fixed = (status: number, type: string, body: string, headers = {}): Reply => ({
  status,
  headers: { 'content-type': type, 'content-length': String(body.length), ...headers },
  body,
});
const json = fixed(200, 'application/json', '{"status":"ok"}');
const html = fixed(200, 'text/html', '<html><body>Welcome</body></html>', { etag: '"e"' });
const blank = fixed(200, 'text/plain', '');
const truncated = (root: 'ListBucketResult' | 'ListVersionsResult', elements: string): Reply =>
  xml(root, `<IsTruncated>true</IsTruncated>${elements}`);
const token = (text: unknown): string => `<NextContinuationToken>${String(text)}</NextContinuationToken>`;
const markers = (key: unknown, version: unknown): string =>
  `<NextKeyMarker>${String(key)}</NextKeyMarker><NextVersionIdMarker>${String(version)}</NextVersionIdMarker>`;
let counter = 0;
const fresh = (): number => ++counter;
const lists = ['list', 'listFilename'] as const;

const lies: [string, readonly Call[], Lie][] = [
  ['responds to everything with JSON', allCalls, () => json],
  ['responds to everything with a web page with an ETag', allCalls, () => html],
  ['responds to everything with an empty success', allCalls, () => blank],
  // A part is the right response to a request for a range.
  [
    'responds to everything with status 206',
    allCalls.filter((name) => name !== 'get of a range'),
    (_, honest) => ({ ...honest, status: 206 }),
  ],
  ['sends another document than requested', xmlCalls, () => xml('Other', '')],
  ['sends an incomplete document', xmlCalls, () => ({ ...xml('Other', ''), body: '<ListBucketResult><Contents>' })],
  ['nests elements without end', xmlCalls, () => ({ ...xml('Other', ''), body: '<a>'.repeat(100_000) })],
  ['sends a million elements', xmlCalls, () => xml('Other', '<a/>'.repeat(1_000_000))],
  [
    'sends no ETag for a write',
    ['put', 'put in parts', 'copy'],
    (_, honest) => ({ ...without('etag')(honest), body: String(honest.body).replace(/<ETag>.*<\/ETag>/, '') }),
  ],
  ['sends an empty ETag for a put', ['put'], about('PutObject', withHeaders({ etag: '""' }))],
  ['sends no ETag for a part', ['put in parts'], about('UploadPart', without('etag'))],
  [
    'sends no ETag for a completed upload',
    ['put in parts'],
    about('CompleteMultipartUpload', () => xml('CompleteMultipartUploadResult', '')),
  ],
  [
    'completes an upload with another number of parts',
    ['put in parts'],
    about('CompleteMultipartUpload', () => xml('CompleteMultipartUploadResult', '<ETag>"e-2"</ETag>')),
  ],
  [
    'completes an upload with another size and an ETag without a number of parts',
    ['put in parts'],
    about('CompleteMultipartUpload', () => xml('CompleteMultipartUploadResult', '<ETag>"e"</ETag>')),
  ],
  ['creates an upload without an id', ['put in parts'], about('CreateMultipartUpload', () => xml('InitiateMultipartUploadResult', ''))],
  ['copies without a date', ['copy'], about('CopyObject', () => xml('CopyObjectResult', '<ETag>"e"</ETag>'))],
  ['sends no length of an object', ['stat', 'exists', 'copy'], about('HeadObject', without('content-length'))],
  ['sends no length at all', ['get', 'stat'], about(['GetObject', 'HeadObject'], without('content-length'))],
  [
    'sends an invalid date of an object',
    ['stat', 'get'],
    about(['GetObject', 'HeadObject'], withHeaders({ 'last-modified': 'yesterday' })),
  ],
  ['sends a part of the object', ['get'], about('GetObject', (honest) => part(honest, 0, 1000))],
  ['sends another range', ['get of a range'], about('GetObject', (honest) => part(honest, 0, 1000))],
  ['sends a shorter range', ['get of a range'], about('GetObject', (honest) => part(honest, 1000, 1999))],
  ['sends a longer range', ['get of a range'], about('GetObject', (honest) => part(honest, 1000, 2001))],
  ['sends an invalid range', ['get of a range'], about('GetObject', withHeaders({ 'content-range': 'bytes 1000-1999/*' }))],
  ['sends a range outside the object', ['get of a range'], about('GetObject', withHeaders({ 'content-range': 'bytes 1000-1999/500' }))],
  [
    'sends another length than its range',
    ['get of a range'],
    about('GetObject', (honest) => ({ ...withHeaders({ 'content-length': '2000' })(honest), body: content.subarray(0, 2000) })),
  ],
  ['truncates a listing without a token', lists, about('ListObjects', () => truncated('ListBucketResult', entryXml('a')))],
  ['repeats a token with a page', lists, about('ListObjects', () => truncated('ListBucketResult', entryXml('a') + token('t')))],
  ['repeats a token without a page', lists, about('ListObjects', () => truncated('ListBucketResult', token('t')))],
  ['alternates two tokens', lists, about('ListObjects', () => truncated('ListBucketResult', token(fresh() % 2)))],
  ['sends empty pages without end', lists, about('ListObjects', () => truncated('ListBucketResult', token(fresh())))],
  ['repeats a page with new tokens', lists, about('ListObjects', () => truncated('ListBucketResult', entryXml('a') + token(fresh())))],
  ['sends an invalid size', ['list'], about('ListObjects', () => xml('ListBucketResult', entryXml('a').replace('>1<', '>-1<')))],
  ['sends no size', ['list'], about('ListObjects', () => xml('ListBucketResult', entryXml('a').replace('<Size>1</Size>', '')))],
  [
    'sends an invalid date',
    ['list'],
    about('ListObjects', () => xml('ListBucketResult', entryXml('a').replace(isoDate, date.slice(0, 3)))),
  ],
  [
    'sends an invalid key',
    lists,
    about('ListObjects', () => xml('ListBucketResult', `<EncodingType>url</EncodingType>${entryXml('%zz')}`)),
  ],
  ['lists keys out of order', lists, about('ListObjects', () => xml('ListBucketResult', entryXml('b') + entryXml('a')))],
  ['lists an entry without a key', lists, about('ListObjects', () => xml('ListBucketResult', entryXml('')))],
  ['neither truncates a listing nor does not', lists, about('ListObjects', () => xml('ListBucketResult', '<IsTruncated>1</IsTruncated>'))],
  [
    'lists a bucket without a name',
    ['getBuckets'],
    about('ListBuckets', () => xml('ListAllMyBucketsResult', '<Buckets><Bucket/></Buckets>')),
  ],
  ['repeats a page of buckets', ['getBuckets'], about('ListBuckets', () => bucketsPage('bucket', 't'))],
  ['sends empty pages of buckets without end', ['getBuckets'], about('ListBuckets', () => bucketsPage('bucket', String(fresh())))],
  ['lists a version without a key', ['listVersions'], about('ListObjectVersions', () => xml('ListVersionsResult', versionXml('')))],
  [
    'truncates versions without a marker',
    ['listVersions'],
    about('ListObjectVersions', () => truncated('ListVersionsResult', versionXml('a'))),
  ],
  [
    'repeats a marker',
    ['listVersions'],
    about('ListObjectVersions', () => truncated('ListVersionsResult', versionXml('a') + markers('a', 'v'))),
  ],
  [
    'repeats versions with new markers',
    ['listVersions'],
    about('ListObjectVersions', () => truncated('ListVersionsResult', versionXml('a') + markers('a', fresh()))),
  ],
  [
    'sends empty pages of versions without end',
    ['listVersions'],
    about('ListObjectVersions', () => truncated('ListVersionsResult', markers('a', fresh()))),
  ],
  [
    'responds with an answer without end',
    allCalls.filter((name) => !['stat', 'exists', 'bucketExists', 'get', 'get of a range'].includes(name)),
    (request, honest) => (request.method === 'HEAD' ? undefined : { ...without('content-length')(honest), status: 200, body: endless }),
  ],
  [
    'responds with an error without end',
    allCalls.filter((name) => !['stat', 'exists', 'bucketExists'].includes(name)),
    (request) => (request.method === 'HEAD' ? undefined : { ...html, status: 400, headers: { 'x-amz-request-id': 'R' }, body: endless }),
  ],
];

function bucketsPage(name: string, nextToken: string): Reply {
  const continuation = nextToken === '' ? '' : `<ContinuationToken>${nextToken}</ContinuationToken>`;
  return xml('ListAllMyBucketsResult', `<Buckets><Bucket><Name>${name}</Name></Bucket></Buckets>${continuation}`);
}

function part({ headers }: Reply, start: number, end: number): Reply {
  const contentRange = { 'content-length': String(end - start), 'content-range': `bytes ${start}-${end - 1}/${content.length}` };
  return { status: 206, headers: { ...headers, ...contentRange }, body: content.subarray(start, end) };
}

describe.each(lies)('a server that %s', (_, affected, lie) => {
  test.each(affected)('fails %s', async (name) => {
    const lying = new LyingServer(lie);
    await using server = await FakeServer.start(lying.respond);
    const error = await failure(run(name, server));
    const { code, message } = 'failures' in error ? (error.cause as Error & { code: string }) : error;
    expect(['InternalError', 'ConfigError']).toContain(code);
    expect(message).toMatch(/the server broke the S3 protocol|is not from an S3 service/);
    expect(message.length).toBeLessThan(400);
    expect(server.received.length).toBeLessThan(120);
    expect(lying.bytesSent).toBeLessThan(32 * mib);
  });
});

describe.each([
  ['with request ids', true],
  ['without request ids', false],
])('an honest server %s', (_, sendsRequestIds) => {
  test.each(allCalls)('passes %s', async (name) => {
    await using server = await FakeServer.start(new LyingServer(() => undefined, sendsRequestIds).respond);
    await run(name, server);
    if (!sendsRequestIds) await Promise.all(Array.from({ length: 60 }, () => run(name === 'put in parts' ? 'put' : name, server)));
    const probes = server.received.filter((request) => operationOf(request) === 'GetBucketLocation').length;
    expect(probes).toBeLessThanOrEqual(sendsRequestIds ? 0 : 1);
  });
});

test.each(allCalls.filter((name) => name !== 'bucketExists'))(
  'a proxy in front of an S3 server that responds to %s by itself fails it',
  async (name) => {
    let proxied = false;
    await using server = await FakeServer.start(new LyingServer(() => (proxied ? json : undefined)).respond);
    await server.datastore.getBuckets();
    proxied = true;
    const error = await failure(run(name, server));
    expect(['InternalError', 'ConfigError']).toContain(error.code);
  },
);

test('all pages of buckets are listed', async () => {
  const lie = about('ListBuckets', (_, { url }) => (url.includes('continuation-token=t') ? bucketsPage('b', '') : bucketsPage('a', 't')));
  await using server = await FakeServer.start(new LyingServer(lie).respond);
  expect(await server.datastore.list()).toEqual(['a', 'b']);
});

test('a body that a proxy sends without a length has the size that a HEAD reports', async () => {
  await using server = await FakeServer.start(new LyingServer(about('GetObject', without('content-length'))).respond);
  const objects = await Promise.all(Array.from({ length: 60 }, () => server.datastore.bucket('bucket').get('k')));
  for (const object of objects) {
    expect(object.info.size).toBe(content.length);
    expect((await object.bytes()).equals(content)).toBe(true);
  }
});

describe.each([
  ['over TCP', false],
  ['over TLS', true],
])('a success before the payload was sent, %s', (_, tls) => {
  const success = `HTTP/1.1 200 OK\r\nx-amz-request-id: R\r\netag: "e"\r\ncontent-length: 0\r\n\r\n`;
  const uploads: [string, boolean, (bucket: Bucket, source: AsyncIterable<Buffer>) => Promise<unknown>][] = [
    ['of bytes', false, (bucket) => bucket.put('k', pattern(16 * mib), { partSize: 64 * mib })],
    ['of a stream', true, (bucket, source) => bucket.put('k', source, 40 * mib, { partSize: 64 * mib })],
  ];
  const connect = (server: RawServer): MinioDatastore => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    return new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, credentials: 'anonymous', tls, retries: 0 });
  };
  afterEach(() => void vi.unstubAllEnvs());

  test.each(uploads)('fails a put %s, and closes connection and source', async (_name, isStreamed, upload) => {
    await using server = await startRawServer(
      (socket) => {
        // The rest of the request is never read.
        socket.once('data', () => socket.pause().write(success));
      },
      { tls },
    );
    const datastore = connect(server);
    let closed = false;
    const source = {
      next: async () => ({ done: false, value: Buffer.alloc(mib) }) as const,
      return: async () => {
        closed = true;
        return { done: true, value: undefined } as const;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    const error = await failure(upload(datastore.bucket('bucket'), source), 'InternalError');
    expect(error.message).toContain('before it had received the request body');
    await expect.poll(() => closed).toBe(isStreamed);
    for (const socket of server.sockets) socket.resume();
    await expect.poll(() => server.sockets.size).toBe(0);
    await datastore.close();
  });

  test('fails also when the source fails afterwards', async () => {
    await using server = await startRawServer((socket) => socket.once('data', () => socket.write(success)), { tls });
    const datastore = connect(server);
    const source = async function* (): AsyncGenerator<Buffer> {
      yield* [Buffer.alloc(mib), Buffer.alloc(mib)];
      await expect.poll(() => server.sockets.size).toBe(0);
      throw new Error('the source failed');
    };
    await failure(datastore.bucket('bucket').put('k', source(), 40 * mib, { partSize: 64 * mib }), 'InternalError');
    await datastore.close();
  });

  test('passes after the whole payload was received', async () => {
    const size = 3 * mib;
    await using server = await startRawServer(
      (socket) => {
        let received: number | undefined;
        socket.on('data', (chunk) => {
          if (received === undefined) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
          received = received === undefined ? chunk.length - chunk.indexOf('\r\n\r\n') - 4 : received + chunk.length;
          if (received === size) socket.write(success);
        });
      },
      { tls },
    );
    const datastore = connect(server);
    expect(await datastore.bucket('bucket').put('k', pattern(size))).toEqual({ etag: 'e' });
    await datastore.close();
  });
});

test('values from a server are cut in messages', async () => {
  const long = 'x'.repeat(10_000);
  const body = `<Error><Code>${long}</Code><Message>${long}</Message><Region>${long}</Region></Error>`;
  await using server = await FakeServer.start((_, response) => response.writeHead(400, { 'x-amz-request-id': long }).end(body));
  const error = await failure(server.datastore.list());
  expect(error.message.length).toBeLessThan(500);
  expect(error.code.length).toBeLessThan(120);
  expect(error.requestId?.length).toBeLessThan(120);
});
