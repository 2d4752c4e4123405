import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDatastore as connectTo } from '@anybucket/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { endpointOfRegion, parseEndpoint } from '../src/http/endpoint.js';
import { MinioDatastore } from '../src/index.js';
import type { MinioDatastoreOptions } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import { failure } from './support.js';

const keys = { accessKey: 'key', secretKey: 'secret' };
const noBuckets = '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>';

/** Returns the origin, path and region of a presigned URL. */
async function target(datastore: { bucket(name: string): { presign(key: string): Promise<string> } }): Promise<string[]> {
  const url = new URL(await datastore.bucket('photos').presign('a b.jpg'));
  return [url.origin, url.pathname, url.searchParams.get('X-Amz-Credential')?.split('/')[2] ?? ''];
}

describe('endPoint', () => {
  test.each<[MinioDatastoreOptions, string, string?, string?]>([
    [{ endPoint: 'localhost:9000' }, 'http://localhost:9000'],
    [{ endPoint: 'localhost', port: 9000, tls: true }, 'https://localhost:9000'],
    [{ endPoint: 'http://localhost:9000' }, 'http://localhost:9000'],
    [{ endPoint: 'HTTPS://minio.internal/' }, 'https://minio.internal'],
    [{ endPoint: 'https://minio.internal', tls: true, port: 9443 }, 'https://minio.internal:9443'],
    [{ endPoint: '::1' }, 'http://[::1]'],
    [{ endPoint: '[::1]:9000' }, 'http://[::1]:9000'],
    [{ endPoint: 'http://[::1]:9000' }, 'http://[::1]:9000'],
    [{ endPoint: 'https://s3.eu-west-1.amazonaws.com' }, 'https://s3.eu-west-1.amazonaws.com', '/photos', 'eu-west-1'],
    [{ endPoint: 'https://s3.dualstack.eu-west-1.amazonaws.com' }, 'https://s3.dualstack.eu-west-1.amazonaws.com', '/photos', 'eu-west-1'],
    [{ endPoint: 'https://account.r2.cloudflarestorage.com' }, 'https://account.r2.cloudflarestorage.com'],
    [{ endPoint: 'http://localhost:9000/s3' }, 'http://localhost:9000', '/s3/photos'],
    [{ endPoint: 'http://localhost:9000/a%20b/c/' }, 'http://localhost:9000', '/a%20b/c/photos'],
    [{ endPoint: 'localhost', pathPrefix: 's3' }, 'http://localhost', '/s3/photos'],
    [{ region: 'eu-west-1' }, 'https://s3.eu-west-1.amazonaws.com', '/photos', 'eu-west-1'],
    [{ endPoint: 'internal', publicUrl: 'https://files.example.com/s3' }, 'https://files.example.com', '/s3/photos'],
  ])('%j', async (options, origin, path = '/photos', region = 'us-east-1') => {
    expect(await target(new MinioDatastore({ ...keys, ...options }, { env: {} }))).toEqual([origin, `${path}/a%20b.jpg`, region]);
  });

  test.each<[MinioDatastoreOptions, string]>([
    [{ endPoint: 'ftp://host' }, 'http://'],
    [{ endPoint: 'https://key-id:secret-value@host' }, 'accessKey'],
    [{ endPoint: 'https://host?x=secret-value' }, 'query'],
    [{ endPoint: 'host/s3', pathPrefix: '/s3' }, 'pathPrefix'],
    [{ endPoint: 'https://host', tls: false }, 'tls'],
    [{ endPoint: 'host:9000', port: 9001 }, 'port'],
    [{ endPoint: 'host:99999' }, 'endPoint'],
    [{ endPoint: 'https://' }, 'endPoint'],
    [{ endPoint: '[::zz]' }, 'endPoint'],
    [{ endPoint: 'http://host/a/../b' }, 'endPoint'],
    [{ endPoint: 'http://host/%zz' }, 'endPoint'],
    [{ endPoint: 'a host' }, 'endPoint'],
    [{ port: 9000 }, 'endPoint'],
    [{ endPoint: 'host', publicUrl: 'example.com' }, 'publicUrl'],
    [{ endPoint: 'host', cert: 'x.pem' }, 'key'],
    [{ endPoint: 'host', region: 'eu west/1' }, 'region'],
    [{ endPoint: 'host', proxy: 'socks5://secret-value@proxy' }, 'proxy'],
  ])('rejects %j', async (options, name) => {
    const error = await failure((async () => new MinioDatastore({ ...keys, ...options }, { env: {} }))(), 'ConfigError');
    expect(error.message).toContain(name);
    expect(error.message).not.toMatch(/key-id|secret-value/);
  });
});

describe('a datastore URL', () => {
  test.each([
    ['https://key:secret@s3.eu-west-1.amazonaws.com', 'https://s3.eu-west-1.amazonaws.com', '/photos', 'eu-west-1'],
    ['http://key:secret@localhost:9000/s3', 'http://localhost:9000', '/s3/photos', 'us-east-1'],
    ['s3://key:secret@s3.eu-west-1.amazonaws.com', 'https://s3.eu-west-1.amazonaws.com', '/photos', 'eu-west-1'],
    ['s3://key:secret@?region=eu-west-1', 'https://s3.eu-west-1.amazonaws.com', '/photos', 'eu-west-1'],
    ['s3:?region=eu-west-1&accessKey=key&secretKey=secret', 'https://s3.eu-west-1.amazonaws.com', '/photos', 'eu-west-1'],
    ['s3://key:secret@localhost:9000?tls=false&region=r', 'http://localhost:9000', '/photos', 'r'],
    ['minio://key:secret@localhost:9000/s3', 'http://localhost:9000', '/s3/photos', 'us-east-1'],
    ['minio://key:secret@[::1]:9000', 'http://[::1]:9000', '/photos', 'us-east-1'],
    ['minio:?endPoint=https://localhost:9000/s3&accessKey=key&secretKey=secret', 'https://localhost:9000', '/s3/photos', 'us-east-1'],
  ])('%s', async (url, origin, path, region) => {
    expect(await target(await connectTo(url, { env: {} }))).toEqual([origin, `${path}/a%20b.jpg`, region]);
  });

  test('with s3:// and a single name is rejected, because elsewhere it is a bucket', async () => {
    const error = await failure(connectTo('s3://photos', { env: {} }), 'ConfigError');
    expect(error.message).toContain('region=REGION');
  });
});

describe('the environment', () => {
  test.each<[Record<string, string>, MinioDatastoreOptions, string, string]>([
    [{ AWS_REGION: 'eu-west-1' }, {}, 'https://s3.eu-west-1.amazonaws.com', 'eu-west-1'],
    [{ AWS_DEFAULT_REGION: 'eu-west-1' }, { endPoint: 'host' }, 'http://host', 'eu-west-1'],
    [{ AWS_REGION: 'eu-west-1' }, { endPoint: 'host', region: 'r' }, 'http://host', 'r'],
    [{ AWS_REGION: 'eu-west-1' }, { endPoint: 'https://s3.us-west-2.amazonaws.com' }, 'https://s3.us-west-2.amazonaws.com', 'us-west-2'],
    [{ AWS_ENDPOINT_URL: 'http://all:1' }, {}, 'http://all:1', 'us-east-1'],
    [{ AWS_ENDPOINT_URL: 'http://all:1', AWS_ENDPOINT_URL_S3: 'http://s3:2' }, {}, 'http://s3:2', 'us-east-1'],
    [{ AWS_ENDPOINT_URL_S3: 'http://s3:2' }, { endPoint: 'host' }, 'http://host', 'us-east-1'],
  ])('%j with %j', async (env, options, origin, region) => {
    const [actualOrigin, , actualRegion] = await target(new MinioDatastore({ ...keys, ...options }, { env }));
    expect([actualOrigin, actualRegion]).toEqual([origin, region]);
  });

  test('an invalid endpoint names the variable', async () => {
    const open = async (): Promise<unknown> => new MinioDatastore(keys, { env: { AWS_ENDPOINT_URL_S3: 's3.internal://x' } });
    expect((await failure(open(), 'ConfigError')).message).toContain('AWS_ENDPOINT_URL_S3');
  });
});

describe('a wrong region', () => {
  const malformed = (region: string): string =>
    `<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region is wrong; expecting '${region}'</Message><Region>${region}</Region></Error>`;
  const usesRegion = (headers: { authorization?: string | undefined }, region: string): boolean =>
    headers.authorization?.includes(`/${region}/s3/`) === true;

  test.each([
    ['400 AuthorizationHeaderMalformed', 400, {}, malformed('eu-north-7')],
    ['301 PermanentRedirect', 301, { 'x-amz-bucket-region': 'eu-north-7' }, '<Error><Code>PermanentRedirect</Code></Error>'],
  ])('is learnt from %s, remembered, and used for presigned URLs', async (_, status, headers, body) => {
    await using server = await FakeServer.start((request, response) => {
      if (usesRegion(request.headers, 'eu-north-7')) response.writeHead(200, { etag: '"e"', 'x-amz-request-id': 'R' }).end();
      else response.writeHead(status, headers).end(body);
    });
    const bucket = server.datastore.bucket('bucket');
    await bucket.put('k', 'x', { ifNoneMatch: '*' });
    await bucket.put('k', 'x');
    expect(server.received).toHaveLength(3);
    expect(await bucket.presign('k')).toContain('eu-north-7');
    expect(await server.datastore.bucket('other').presign('k')).toContain('us-east-1');
  });

  test.each([
    ['on AWS', { 'x-amz-bucket-region': 'eu-north-7' }],
    ['on MinIO', { 'x-minio-error-code': 'AuthorizationHeaderMalformed', 'x-minio-error-desc': `"wrong; expecting 'eu-north-7'"` }],
  ])('is learnt from the response to a HEAD: %s', async (_, headers) => {
    await using server = await FakeServer.start((request, response) => {
      if (usesRegion(request.headers, 'eu-north-7')) response.writeHead(200, { 'x-amz-request-id': 'R' }).end();
      else response.writeHead(400, headers).end();
    });
    expect(await server.datastore.bucketExists('bucket')).toBe(true);
    expect(server.received).toHaveLength(2);
  });

  test('that remains wrong is named in the error', async () => {
    let count = 0;
    await using server = await FakeServer.start((_, response) => response.writeHead(400).end(malformed(`region-${++count}`)));
    expect((await failure(server.datastore.list(), 'ConfigError')).message).toContain('region-2');
    expect(server.received).toHaveLength(2);
  });

  test.each([
    ['s3.amazonaws.com', 's3.eu-west-1.amazonaws.com'],
    ['s3.us-west-2.amazonaws.com', 's3.eu-west-1.amazonaws.com'],
    ['s3.dualstack.us-west-2.amazonaws.com', 's3.dualstack.eu-west-1.amazonaws.com'],
    ['s3.eu-west-1.amazonaws.com', 's3.eu-west-1.amazonaws.com'],
    ['minio.internal', 'minio.internal'],
  ])('of a bucket moves requests from %s to %s', (endPoint, host) => {
    expect(endpointOfRegion(parseEndpoint({ endPoint, tls: true, pathStyle: true }), 'eu-west-1').host).toBe(host);
  });
});

describe('a path prefix', () => {
  test('precedes the path of every request', async () => {
    await using server = await FakeServer.start((_, response) => response.end(noBuckets), { pathPrefix: '/s3' });
    await server.datastore.list();
    expect(server.received[0]?.url).toBe('/s3/');
  });

  test('that a proxy removes is detected from SignatureDoesNotMatch, once', async () => {
    const signatures = new Set<string>();
    await using server = await FakeServer.start(
      ({ headers }, response) => {
        signatures.add(headers.authorization ?? '');
        if (signatures.size === 1) response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
        else response.end(noBuckets);
      },
      { pathPrefix: '/s3' },
    );
    await server.datastore.list();
    await server.datastore.list();
    expect(server.received).toHaveLength(3);
  });

  test('does not hide a wrong secret key', async () => {
    await using server = await FakeServer.start(
      (_, response) => response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>'),
      { pathPrefix: '/s3' },
    );
    expect((await failure(server.datastore.list(), 'AccessDenied')).message).toContain('secretKey');
    expect(server.received).toHaveLength(2);
  });
});

describe('a proxy', () => {
  /** Starts an HTTP proxy that forwards plain requests. */
  async function startProxy(status?: number): Promise<{ url: string; requests: string[] }> {
    const requests: string[] = [];
    const proxy = createServer((request, response) => {
      requests.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      const { 'proxy-authorization': _, ...headers } = request.headers;
      const forwarded = httpRequest(request.url ?? '', { method: request.method, headers }, (answer) =>
        answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers)),
      );
      request.pipe(forwarded);
    });
    proxy.on('connect', (request, socket) => {
      requests.push(`CONNECT ${request.url}`);
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    return { url: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, requests };
  }

  test('forwards plain requests, and gets its own credentials', async () => {
    const proxy = await startProxy();
    await using server = await FakeServer.start((_, response) => response.end(noBuckets), { proxy: `http://user:pass@${proxy.url}` });
    expect(await server.datastore.list()).toEqual([]);
    expect(proxy.requests).toEqual([`GET http://127.0.0.1:${server.port}/ Basic ${Buffer.from('user:pass').toString('base64')}`]);
    expect(server.received[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test.each([
    [{ HTTP_PROXY: 'PROXY' }, 'files.test', 1],
    [{ http_proxy: 'PROXY' }, 'files.test', 1],
    [{ HTTPS_PROXY: 'PROXY' }, 'files.test', 0],
    [{ HTTP_PROXY: 'PROXY' }, '127.0.0.1', 0],
    [{ HTTP_PROXY: 'PROXY', NO_PROXY: 'other, .test' }, 'files.test', 0],
    [{ HTTP_PROXY: 'PROXY', NO_PROXY: 'files.test:1' }, 'files.test', 1],
    [{ HTTP_PROXY: 'PROXY', NO_PROXY: '10.0.0.0/8' }, '10.1.2.3', 0],
    [{ HTTP_PROXY: 'PROXY', no_proxy: '*' }, 'files.test', 0],
  ])('of the environment %j is used for %s: %i', async (env, endPoint, count) => {
    const proxy = createServer((_, response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    let requests = 0;
    proxy.on('request', () => requests++);
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const variables = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value.replace('PROXY', name.toLowerCase() === 'no_proxy' ? value : url)]),
    );
    await using datastore = new MinioDatastore({ endPoint, port: 9, ...keys, retries: 0, connectTimeoutMs: 300 }, { env: variables });
    await datastore.list().catch(() => {});
    expect(requests).toBe(count);
  });

  test.each([
    [407, 'credentials'],
    [403, 'NO_PROXY'],
    [502, 'NO_PROXY'],
  ])('that refuses a tunnel with %i fails the call with ConnectionFailed', async (status, hint) => {
    const proxy = await startProxy(status);
    await using datastore = new MinioDatastore({ endPoint: 'https://files.test', ...keys, proxy: proxy.url, retries: 0 }, { env: {} });
    expect((await failure(datastore.list(), 'ConnectionFailed')).message).toContain(hint);
    expect(proxy.requests).toEqual(['CONNECT files.test:443']);
  });

  test.each([
    [407, 'credentials'],
    [403, 'NO_PROXY'],
    [502, 'NO_PROXY'],
  ])('that refuses plain requests with %i fails the call with ConnectionFailed', async (status, hint) => {
    await using server = await FakeServer.start((_, response) => response.writeHead(status).end('<html>'));
    const options = { endPoint: 'files.test', ...keys, proxy: `http://127.0.0.1:${server.port}`, retries: 0 };
    await using datastore = new MinioDatastore(options, { env: {} });
    for (const call of [datastore.list(), datastore.bucket('bucket').stat('k')])
      expect((await failure(call, 'ConnectionFailed')).message).toContain(hint);
  });

  test('passes errors of the server on', async () => {
    await using server = await FakeServer.start((_, response) =>
      response.writeHead(403).end('<Error><Code>AccessDenied</Code><Message>no permission</Message></Error>'),
    );
    const options = { endPoint: 'files.test', ...keys, proxy: `http://127.0.0.1:${server.port}`, retries: 0 };
    await using datastore = new MinioDatastore(options, { env: {} });
    expect((await failure(datastore.list(), 'AccessDenied')).message).toContain('no permission');
  });

  test.each(['https://files.test', 'http://files.test'])(
    'that does not exist fails the call to %s with ConnectionFailed',
    async (endPoint) => {
      await using datastore = new MinioDatastore({ endPoint, ...keys, proxy: 'http://u:secret-value@127.0.0.1:9', retries: 0 });
      const error = await failure(datastore.list(), 'ConnectionFailed');
      expect(error.message).toContain('`proxy`');
      expect(error.message).not.toMatch(/secret-value|endPoint/);
    },
  );
});
