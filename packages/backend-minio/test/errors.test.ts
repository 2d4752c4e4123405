import { describe, expect, test } from 'vitest';
import { MinioDatastore } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import { rawServer } from './raw-server.js';
import { failure } from './support.js';

const xml = (code: string, more = ''): string =>
  `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>it says.</Message>${more}</Error>`;

describe('a failure tells what to do:', () => {
  test.each([
    ['InvalidAccessKeyId', 'accessKey'],
    ['SignatureDoesNotMatch', 'secretKey'],
    ['AuthorizationHeaderMalformed', 'region'],
    ['RequestTimeTooSkewed', 'clock'],
    ['PermanentRedirect', 'region'],
  ])('%s', async (code, hint) => {
    await using server = await FakeServer.start((_, response) =>
      response.writeHead(403, { 'x-amz-request-id': 'R7' }).end(xml(code, '<Region>eu-north-7</Region>')),
    );
    const error = await failure(server.datastore.list(), code);
    expect(error).toMatchObject({ status: 403, requestId: 'R7', operation: 'list', cause: { name: 'S3Error', code } });
    expect(error.message).toContain(hint);
    expect(error.message).toContain('eu-north-7');
  });

  test('nothing listens', async () => {
    const datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: 1, retries: 0 });
    const error = await failure(datastore.list(), 'ConnectionFailed');
    expect(error.message).toMatch(/endPoint.*port/);
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('TLS against a server of plain HTTP', async () => {
    await using server = await FakeServer.start((_, response) => response.end(), { tls: true });
    expect((await failure(server.datastore.list(), 'ConnectionFailed')).message).toContain('tls: false');
  });

  test.each([
    ['that says so', 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n', 'RequestFailed'],
    ['that answers in TLS', Buffer.from([0x15, 3, 1, 0, 2, 2, 70]), 'ConnectionFailed'],
    ['that hangs up', '', 'ConnectionFailed'],
  ])('plain HTTP against a server of TLS %s', async (_, reply, code) => {
    await using server = await rawServer((socket) => socket.once('data', () => socket.end(reply)));
    const error = await failure(new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, retries: 0 }).list(), code);
    expect(error.message).toContain('tls: true');
  });

  test('a server that takes the connection and never speaks TLS', async () => {
    await using server = await rawServer(() => {});
    const datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, tls: true, connectTimeout: 200 });
    await failure(datastore.list(), 'Timeout');
  });

  test.each(['list', 'getBuckets', 'bucketExists', 'stat', 'exists', 'get', 'put', 'removeBucket'] as const)(
    '%s on a web server that is no S3 service',
    async (method) => {
      for (const [status, type] of [
        [404, 'text/html'],
        [200, 'text/html'],
        [404, 'text/plain'],
      ] as const) {
        await using server = await FakeServer.start((_, response) =>
          response.writeHead(status, { 'content-type': type }).end('<!doctype html><p>hello'),
        );
        const { datastore } = server;
        const bucket = datastore.bucket('bucket');
        const call = {
          list: () => datastore.list(),
          getBuckets: () => datastore.getBuckets(),
          bucketExists: () => datastore.bucketExists('bucket'),
          stat: () => bucket.stat('k'),
          exists: () => bucket.exists('k'),
          get: () => bucket.get('k'),
          put: () => bucket.put('k', 'x'),
          removeBucket: () => datastore.removeBucket('bucket'),
        }[method];
        const error = await failure(call(), 'RequestFailed');
        expect(error.message).toMatch(/not one of an S3 service.*endPoint.*port/);
        expect(error.status).toBe(status);
      }
    },
  );
});

describe('a HEAD is answered 404 without a word', () => {
  test.each([
    ['the bucket is missing', 404, 'NoSuchBucket'],
    ['the object is missing', 200, 'NoSuchKey'],
    ['the bucket must not be seen', 403, 'AccessDenied'],
  ])('%s: the bucket is asked', async (_, status, code) => {
    await using server = await FakeServer.start(({ url }, response) =>
      response.writeHead(url === '/bucket' ? status : 404, { 'x-amz-request-id': 'R' }).end(),
    );
    await failure(server.datastore.bucket('bucket').stat('k'), code);
    expect(server.received.map(({ method, url }) => `${method} ${url}`)).toEqual(['HEAD /bucket/k', 'HEAD /bucket']);
  });

  test('for a bucket it is the bucket', async () => {
    await using server = await FakeServer.start((_, response) => response.writeHead(404, { 'x-amz-request-id': 'R' }).end());
    expect(await server.datastore.bucketExists('bucket')).toBe(false);
    expect(server.received).toHaveLength(1);
  });
});

describe('an error within a 200', () => {
  test.each(['copy', 'delete', 'list'] as const)('fails a %s', async (method) => {
    const head = { 'x-amz-request-id': 'R', etag: '"e"', 'content-length': '1' };
    await using server = await FakeServer.start((received, response) => {
      if (received.method === 'HEAD') response.writeHead(200, head).end();
      else response.end(`   ${xml('InternalError')}`);
    });
    const bucket = server.datastore.bucket('bucket');
    const call = { copy: () => bucket.fcopyTo('bucket', 'b', 'a'), delete: () => bucket.delete(['a']), list: () => bucket.list() }[method];
    await failure(call(), 'InternalError');
  });
});

test.each([
  [{ endPoint: 'http://host' }, 'endPoint'],
  [{ endPoint: '' }, 'endPoint'],
  [{ endPoint: 'host', port: 70_000 }, 'port'],
  [{ endPoint: 'host', accessKey: 'only-a-key' }, 'secretKey'],
  [{ endPoint: 'host', secretKey: 'only-a-secret' }, 'accessKey'],
])('options that lead to no server are refused: %j', async (options, named) => {
  const error = await failure((async () => new MinioDatastore(options))(), 'ConfigError');
  expect(error.message.toLowerCase()).toContain(named.toLowerCase());
  expect(error.message).not.toContain('only-a');
});
