import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMinio } from '@anybucket/minio-server';
import type { MinioServer } from '@anybucket/minio-server';
import { AssumeRoleProvider } from 'minio/dist/esm/AssumeRoleProvider.mjs';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { MinioDatastore } from '../src/index.js';
import type { TemporaryCredentials } from '../src/index.js';
import { failure, openDatastore } from './support.js';

/** An OpenID provider that signs tokens for the client `anybucket`. */
async function startOpenIdProvider(): Promise<{ configUrl: string; token: (lifeSeconds: number) => string; close: () => void }> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' };
  const server = createServer(({ url }, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = {
      issuer,
      jwks_uri: `${issuer}/keys`,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(url === '/keys' ? { keys: [jwk] } : config));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = (lifeSeconds: number): string => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: 'anybucket', sub: 'user', iat: now, exp: now + lifeSeconds, policy: 'readwrite' };
    const unsigned = `${encode({ alg: 'RS256', kid: 'k', typ: 'JWT' })}.${encode(claims)}`;
    return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(privateKey, 'base64url')}`;
  };
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { configUrl: `${issuer}/.well-known/openid-configuration`, token, close };
}

describe.skipIf(inject('minio') === undefined)('a server with a region, a domain and an OpenID provider', () => {
  let provider: Awaited<ReturnType<typeof startOpenIdProvider>>;
  let server: MinioServer;
  let admin: MinioDatastore;
  const bucketName = `production-${randomBytes(6).toString('hex')}`;

  beforeAll(async () => {
    provider = await startOpenIdProvider();
    server = await startMinio({
      settings: {
        MINIO_SITE_REGION: 'eu-north-7',
        MINIO_DOMAIN: 'localhost',
        MINIO_IDENTITY_OPENID_CONFIG_URL: provider.configUrl,
        MINIO_IDENTITY_OPENID_CLIENT_ID: 'anybucket',
        MINIO_IDENTITY_OPENID_CLAIM_NAME: 'policy',
      },
    });
    admin = openDatastore(server.address);
    await admin.createBucket(bucketName);
  });
  afterAll(async () => {
    await admin?.close();
    await server?.stop();
    provider?.close();
  });

  test('AssumeRoleWithWebIdentity exchanges a token for credentials', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'anybucket-token-'));
    onTestFinished(async () => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'token'), provider.token(3600));
    const { endPoint, port, region } = server.address;
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'), AWS_REGION: region };
    await using datastore = new MinioDatastore({ endPoint, port, credentials: 'web-identity' }, { env });
    await datastore.bucket(bucketName).put('web-identity', 'x');
    expect(await (await fetch(await datastore.bucket(bucketName).presign('web-identity'))).text()).toBe('x');

    await writeFile(join(folder, 'token'), provider.token(-3600));
    await using expired = new MinioDatastore({ endPoint, port, credentials: 'web-identity' }, { env });
    const error = await failure(expired.list(), 'AccessDenied');
    expect(error.message).toContain('AWS_WEB_IDENTITY_TOKEN_FILE');
  });

  test('AssumeRole of the minio package serves as a function', async () => {
    const { endPoint, port, region, accessKey, secretKey } = server.address;
    const assumeRole = new AssumeRoleProvider({ stsEndpoint: `http://${endPoint}:${port}`, accessKey, secretKey, region });
    const credentials = async (): Promise<TemporaryCredentials> => {
      const { accessKey: key, secretKey: secret, sessionToken } = await assumeRole.getCredentials();
      return {
        accessKey: key,
        secretKey: secret,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        expiration: new Date(Date.now() + 900_000),
      };
    };
    await using datastore = new MinioDatastore({ endPoint, port, region, credentials });
    await datastore.bucket(bucketName).put('assume-role', 'x');
    const client = await datastore.client();
    expect((await client.statObject(bucketName, 'assume-role')).size).toBe(1);
  });

  test('revoked temporary credentials are replaced', async () => {
    const { endPoint, port, region, accessKey, secretKey } = server.address;
    let calls = 0;
    const credentials = (): TemporaryCredentials =>
      ++calls === 1 ? { accessKey: 'REVOKED0REVOKED0REVO', secretKey: 's', sessionToken: 'x.y.z' } : { accessKey, secretKey };
    await using datastore = new MinioDatastore({ endPoint, port, region, credentials });
    await datastore.bucket(bucketName).put('revoked', 'x', { ifNoneMatch: '*' });
    expect(calls).toBe(2);
  });

  test.each(['put', 'stat', 'list', 'createBucket'] as const)('a wrong region is learnt by %s', async (method) => {
    await admin.bucket(bucketName).put('k', 'x');
    await using datastore = openDatastore(server.address, { region: 'us-east-1' });
    const bucket = datastore.bucket(bucketName);
    if (method === 'put') await bucket.put('region', 'x', { ifNoneMatch: '*' });
    else if (method === 'stat') await bucket.stat('k');
    else if (method === 'list') await bucket.list();
    else await datastore.createBucket(bucketName);
    await bucket.stat('k');
    expect((await fetch(await bucket.presign('k'))).status).toBe(200);
  });

  test('virtual-hosted-style requests and URLs', async () => {
    // Not every resolver knows the subdomains of localhost.
    const agent = new Agent({
      keepAlive: true,
      lookup: (_hostname, options, callback) => {
        if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
        else callback(null, '127.0.0.1', 4);
      },
    });
    onTestFinished(() => agent.destroy());
    await using datastore = openDatastore(server.address, { endPoint: 'localhost', pathStyle: false, agent });
    const bucket = datastore.bucket(bucketName);
    await bucket.put('a b/ü', 'text');
    expect(await (await bucket.get('a b/ü')).text()).toBe('text');
    expect((await bucket.list({ prefix: 'a b/' })).map(({ key }) => key)).toEqual(['a b/ü']);
    const url = new URL(await bucket.presign('a b/ü'));
    expect(url.hostname).toBe(`${bucketName}.localhost`);
    const status = await new Promise((resolve) => httpRequest(url, { agent }, (response) => resolve(response.resume().statusCode)).end());
    expect(status).toBe(200);
  });

  test.each([undefined, true])('a path prefix that a reverse proxy removes, with stripsPathPrefix: %s', async (stripsPathPrefix) => {
    const { endPoint, port } = server.address;
    const proxy = createServer((request, response) => {
      const { url = '', method, headers } = request;
      if (!url.startsWith('/s3/')) {
        response.writeHead(404).end();
        return;
      }
      const forwarded = httpRequest({ host: endPoint, port, path: url.slice(3), method, headers }, (answer) =>
        answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers)),
      );
      request.pipe(forwarded);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const publicPort = (proxy.address() as AddressInfo).port;
    const { accessKey, secretKey, region } = server.address;
    const options = { endPoint: `http://127.0.0.1:${publicPort}/s3`, accessKey, secretKey, region, stripsPathPrefix };
    await using datastore = new MinioDatastore(options);
    const bucket = datastore.bucket(bucketName);
    await bucket.put('prefixed', 'x');
    await bucket.stat('prefixed');
    expect(await (await fetch(await bucket.presign('prefixed'))).text()).toBe('x');
  });

  test('a public URL in presigned URLs', async () => {
    const { port } = server.address;
    await using datastore = openDatastore(server.address, { publicUrl: `http://localhost:${port}` });
    await datastore.bucket(bucketName).put('public', 'x');
    const url = await datastore.bucket(bucketName).presign('public');
    expect(new URL(url).host).toBe(`localhost:${port}`);
    expect(await (await fetch(url)).text()).toBe('x');
  });

  test('anonymous requests are refused with AccessDenied', async () => {
    const { endPoint, port, region } = server.address;
    await using datastore = new MinioDatastore({ endPoint, port, region, credentials: 'anonymous' });
    expect((await failure(datastore.bucket(bucketName).get('k'), 'AccessDenied')).message).toContain('anonymous');
  });
});
