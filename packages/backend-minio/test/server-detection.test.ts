import type { ServerResponse } from 'node:http';
import { PortableDatastore, extendDriver } from '@anybucket/core/backend';
import { describe, expect, test } from 'vitest';
import { MinioDatastore, MinioDriver } from '../src/index.js';
import type { MinioDatastoreOptions } from '../src/index.js';
import { serverNames, serverProfiles } from '../src/server/server-profiles.js';
import { FakeServer } from './fake-server.js';
import type { ReceivedRequest } from './fake-server.js';
import { failure } from './support.js';

/** What a server does not support. `ignores`: it accepts the request as if the header or the query were not there. */
interface Flaws {
  readonly ignores?: readonly ('conditions' | 'checksums' | 'tags' | 'versions')[];
  readonly rejects?: readonly ('tags' | 'versions')[];
  /** Headers of all responses. */
  readonly headers?: Readonly<Record<string, string>>;
}

const etag = '"00000000000000000000000000000001"';

/** A server with one bucket, and objects that consist of their tags. */
class SmallS3Server {
  readonly objects = new Map<string, string>();
  readonly #flaws: Flaws;

  constructor(flaws: Flaws) {
    this.#flaws = flaws;
  }

  readonly respond = (request: ReceivedRequest, response: ServerResponse): void => {
    const { pathname, searchParams: query } = new URL(request.url, 'http://host');
    for (const [name, value] of Object.entries({ 'x-amz-request-id': 'R', ...this.#flaws.headers })) response.setHeader(name, value);
    const key = pathname.replace('/bucket', '').slice(1);
    if (key === '') this.#respondToBucket(request, query, response);
    else if (query.has('tagging')) this.#respondToTagging(key, response);
    else if (request.method === 'PUT') this.#put(key, request, response);
    else if (request.method === 'DELETE') response.writeHead(this.objects.delete(key) ? 204 : 404).end();
    else response.writeHead(this.objects.has(key) ? 200 : 404, { etag, 'content-length': 0 }).end();
  };

  #respondToBucket({ method }: ReceivedRequest, query: URLSearchParams, response: ServerResponse): void {
    if (method === 'HEAD') response.end();
    else if (!query.has('versions')) response.end('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
    else if (this.#rejects('versions')) sendError(response, 501, 'NotImplemented');
    else if (this.#ignores('versions')) response.end('<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>');
    else response.end('<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>');
  }

  #respondToTagging(key: string, response: ServerResponse): void {
    const tags = this.objects.get(key);
    if (this.#rejects('tags')) sendError(response, 501, 'NotImplemented');
    else if (this.#ignores('tags')) response.writeHead(200, { etag }).end('the body of the object');
    else if (tags === undefined) sendError(response, 404, 'NoSuchKey');
    else response.end(`<Tagging><TagSet><Tag><Key>${tags}</Key><Value></Value></Tag></TagSet></Tagging>`);
  }

  #put(key: string, { headers }: ReceivedRequest, response: ServerResponse): void {
    const exists = this.objects.has(key);
    const fails = headers['if-match'] !== undefined ? !exists || headers['if-match'] !== etag : exists && headers['if-none-match'] === '*';
    if (fails && !this.#ignores('conditions')) sendError(response, 412, 'PreconditionFailed');
    else if (headers['x-amz-checksum-crc32'] === 'AAAAAA==' && !this.#ignores('checksums')) sendError(response, 400, 'BadDigest');
    else {
      this.objects.set(key, String(headers['x-amz-tagging'] ?? ''));
      response.writeHead(200, { etag }).end();
    }
  }

  #ignores(feature: NonNullable<Flaws['ignores']>[number]): boolean {
    return this.#flaws.ignores?.includes(feature) ?? false;
  }

  #rejects(feature: NonNullable<Flaws['rejects']>[number]): boolean {
    return this.#flaws.rejects?.includes(feature) ?? false;
  }
}

function sendError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status).end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
}

async function start(
  flaws: Flaws = {},
  options: Partial<MinioDatastoreOptions> = {},
): Promise<FakeServer & { readonly objects: ReadonlyMap<string, string> }> {
  const server = new SmallS3Server(flaws);
  const fake = await FakeServer.start(server.respond, { server: undefined, ...options });
  return Object.assign(fake, { objects: server.objects });
}

const trueCapabilities = ({ capabilities }: { readonly capabilities: object }): string[] =>
  Object.entries(capabilities)
    .filter(([, value]) => value === true)
    .map(([name]) => name);

describe('the server is detected', () => {
  test('has the capabilities of MinIO before the first response', () => {
    const { capabilities } = new MinioDatastore({ endPoint: 'localhost' });
    expect(capabilities).toMatchObject({
      ...serverProfiles.minio.capabilities,
      native: true,
      persistent: true,
      presign: true,
      uploads: true,
    });
  });

  test.each([
    ['minio', { server: 'MinIO' }],
    ['minio', { server: 'nginx', 'x-amz-id-2': '8926206482c4af3001201933eec4f6767723ce1e5ebcbd5427b385a09705d566' }],
    ['aws', { server: 'AmazonS3' }],
    ['seaweedfs', { server: 'SeaweedFS 30GB 4.40' }],
    ['versitygw', { server: 'VERSITYGW' }],
    ['generic', { server: 'anybucket' }],
    ['generic', { server: 'nginx' }],
  ] as const)('%s by the headers %o', async (name, headers) => {
    await using server = await start({ headers });
    await server.datastore.bucket('bucket').exists('k');
    expect(server.datastore.capabilities).toMatchObject(serverProfiles[name].capabilities);
  });

  test.each([
    ['aws', 's3.eu-west-1.amazonaws.com'],
    ['r2', '0123456789abcdef.r2.cloudflarestorage.com'],
  ] as const)('%s by the address %s, before any request', (name, endPoint) => {
    expect(new MinioDatastore({ endPoint }).capabilities).toMatchObject(serverProfiles[name].capabilities);
  });

  test('not by a response that does not come from an S3 server', async () => {
    await using fake = await FakeServer.start((_, response) => response.writeHead(502, { server: 'nginx' }).end(), { server: undefined });
    const before = fake.datastore.capabilities;
    await failure(fake.datastore.bucket('bucket').get('k'));
    expect(fake.datastore.capabilities).toEqual(before);
  });

  test('wrapped drivers follow', async () => {
    await using server = await start({ headers: { server: 'SeaweedFS' } });
    const driver = new MinioDriver({ endPoint: '127.0.0.1', port: server.port, accessKey: 'key', secretKey: 'secret' });
    await using datastore = new PortableDatastore(extendDriver(driver, {}));
    expect(datastore.capabilities.conditionalDelete).toBe(false);
    await datastore.bucketExists('bucket');
    expect(datastore.capabilities.conditionalDelete).toBe(true);
  });
});

describe('the option `server`', () => {
  test.each(serverNames)('%s rejects what the server lacks before any request', async (name) => {
    await using server = await start({}, { server: name });
    const bucket = server.datastore.bucket('bucket');
    const { capabilities } = serverProfiles[name];
    const calls = {
      conditionalPut: () => bucket.put('k', 'x', { ifMatch: etag }),
      conditionalDelete: () => bucket.delete('k', { ifMatch: etag }),
      conditionalCopy: () => bucket.fcopyTo('bucket', 'k', 'source', { ifMatch: etag }),
      tags: () => bucket.put('k', 'x', { tags: { a: 'b' } }),
      versioning: () => bucket.delete('k', { versionId: 'v' }),
    };
    for (const [capability, call] of Object.entries(calls))
      if (!capabilities[capability as keyof typeof calls]) await failure(call(), 'NotImplemented');
    expect(server.received).toEqual([]);
  });

  test('has known values', async () => {
    expect(() => new MinioDatastore({ endPoint: 'localhost', server: 'ceph' as 'generic' })).toThrow(
      '`server` must be one of minio, aws, r2, garage, seaweedfs, versitygw, generic',
    );
  });
});

describe('a server of an unknown make', () => {
  test('that evaluates conditions is tested once', async () => {
    await using server = await start();
    const bucket = server.datastore.bucket('bucket');
    await Promise.all(['a', 'b'].map((key) => bucket.put(`folder/${key}`, 'x', { ifNoneMatch: '*' })));
    await failure(bucket.put('folder/a', 'y', { ifNoneMatch: '*' }), 'PreconditionFailed');
    expect([...server.objects.keys()].sort()).toEqual(['folder/a', 'folder/b']);
    const tests = server.received.filter(({ url }) => url.startsWith('/bucket/folder/anybucket-test-'));
    expect(tests.map(({ method }) => method)).toEqual(['PUT']);
  });

  test.each([
    ['conditionalPut', { ignores: ['conditions'] }],
    ['checksums', { ignores: ['checksums'] }],
    ['tags', { ignores: ['tags'] }],
    ['tags', { rejects: ['tags'] }],
    ['versioning', { ignores: ['versions'] }],
    ['versioning', { rejects: ['versions'] }],
  ] as const)('lacks %s if it %o', async (capability, flaws) => {
    await using server = await start(flaws);
    const { datastore } = server;
    const bucket = datastore.bucket('bucket');
    await bucket.put('k', 'old');
    const calls = {
      conditionalPut: () => bucket.put('k', 'new', { ifNoneMatch: '*' }),
      checksums: () => bucket.put('k', 'new', { checksum: { algorithm: 'SHA256' } }),
      tags: () => bucket.put('k', 'new', { tags: { a: 'b' } }),
      versioning: () => bucket.delete('k', { versionId: 'v' }),
    };
    expect(datastore.capabilities[capability]).toBe(true);
    await failure(calls[capability](), 'NotImplemented');
    expect(datastore.capabilities[capability]).toBe(false);
    const count = server.received.length;
    await failure(calls[capability](), 'NotImplemented');
    expect(server.received).toHaveLength(count);
    expect([...server.objects]).toEqual([['k', '']]);
  });

  test('supports what its responses prove', async () => {
    await using server = await start();
    const bucket = server.datastore.bucket('bucket');
    await bucket.put('k', 'x', { tags: { a: 'b' }, checksum: { algorithm: 'SHA256' } });
    await bucket.delete('k', { versionId: 'v' });
    expect(trueCapabilities(server.datastore)).toEqual(expect.arrayContaining(['tags', 'checksums', 'versioning']));
    expect(server.objects.size).toBe(0);
  });

  test('is tested again after a failure', async () => {
    let failing = true;
    const small = new SmallS3Server({});
    await using fake = await FakeServer.start(
      (request, response) => {
        if (failing && request.method === 'PUT') sendError(response, 403, 'AccessDenied');
        else small.respond(request, response);
      },
      { server: 'generic' },
    );
    const bucket = fake.datastore.bucket('bucket');
    await failure(bucket.put('k', 'x', { ifNoneMatch: '*' }), 'AccessDenied');
    failing = false;
    await bucket.put('k', 'x', { ifNoneMatch: '*' });
  });
});

describe('conditions of servers like AWS', () => {
  const writes = ({ received }: FakeServer): unknown[] =>
    received
      .filter(({ method }) => method === 'PUT')
      .map(({ headers }) => ({ ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] }));

  test.each([
    ['an existing object', true, { ifMatch: '*' }, { ifMatch: etag }],
    ['an existing object', true, { ifNoneMatch: 'other' }, { ifMatch: etag }],
    ['a missing object', false, { ifNoneMatch: 'other' }, { ifNoneMatch: '*' }],
  ])('%s is written with a condition that the server evaluates', async (_, exists, condition, expected) => {
    await using server = await start({}, { server: 'aws' });
    const bucket = server.datastore.bucket('bucket');
    if (exists) await bucket.put('k', 'old');
    server.received.length = 0;
    await bucket.put('k', 'new', condition);
    expect(writes(server)).toEqual([expected]);
  });

  test('a condition that does not hold sends no body', async () => {
    await using server = await start({}, { server: 'aws' });
    const bucket = server.datastore.bucket('bucket');
    await failure(bucket.put('k', 'new', { ifMatch: '*' }), 'NoSuchKey');
    await bucket.put('k', 'old');
    await failure(bucket.put('k', 'new', { ifNoneMatch: etag }), 'PreconditionFailed');
    expect(writes(server)).toHaveLength(1);
  });

  test('the condition is evaluated again when another writer is faster', async () => {
    let overtaken = true;
    const small = new SmallS3Server({});
    await using fake = await FakeServer.start(
      (request, response) => {
        if (overtaken && request.method === 'PUT') {
          overtaken = false;
          small.objects.set('k', '');
        }
        small.respond(request, response);
      },
      { server: 'aws' },
    );
    await fake.datastore.bucket('bucket').put('k', 'x', { ifNoneMatch: 'other' });
    expect(writes(fake)).toEqual([
      { ifMatch: undefined, ifNoneMatch: '*' },
      { ifMatch: etag, ifNoneMatch: undefined },
    ]);
  });

  test('deletions and copies send their conditions', async () => {
    await using server = await start({}, { server: 'aws' });
    const bucket = server.datastore.bucket('bucket');
    await bucket.put('k', 'x');
    await bucket.delete('k', { ifMatch: etag });
    expect(server.received.at(-1)?.headers).toMatchObject({ 'if-match': etag });
    await bucket.put('k', 'x');
    await failure(bucket.fcopyTo('bucket', 'k', 'k', { ifNoneMatch: '*', contentType: 'text/plain' }), 'PreconditionFailed');
  });

  test('ifMatch on a missing object is NoSuchKey, also on a server that reports a failed condition', async () => {
    await using server = await start({}, { server: 'seaweedfs' });
    await failure(server.datastore.bucket('bucket').put('k', 'x', { ifMatch: etag }), 'NoSuchKey');
    expect(server.received.map(({ method }) => method)).toEqual(['PUT', 'HEAD', 'HEAD']);
  });

  test('R2 has headers of its own for the target of a copy', async () => {
    await using server = await start({}, { server: 'r2' });
    const bucket = server.datastore.bucket('bucket');
    await bucket.put('k', 'x');
    await failure(bucket.fcopyTo('bucket', 'copy', 'k', { ifNoneMatch: '*' }));
    expect(server.received.at(-1)?.headers).toMatchObject({ 'cf-copy-destination-if-none-match': '*' });
  });
});
