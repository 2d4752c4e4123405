import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { createDatastore as connectTo } from '@anybucket/core';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { MinioDatastore } from '../src/index.js';
import type { MinioDatastoreOptions, TemporaryCredentials } from '../src/index.js';
import { FakeServer } from './fake-server.js';
import { failure } from './support.js';

const noBuckets = '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>';
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

let folder: string;
/** Neither files nor metadata services of this machine. */
let emptyEnv: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anybucket-credentials-'));
  emptyEnv = {
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
});
afterEach(async () => rm(folder, { recursive: true }));

/** Starts a stand-in of a service that provides credentials. */
async function startService(
  respond: (request: IncomingMessage, body: string, response: ServerResponse) => void,
): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    void text(request).then((body) => respond(request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Sends one request, and returns the access key and the session token that signed it. */
async function signedWith(options: Partial<MinioDatastoreOptions>, env: Record<string, string>): Promise<(string | undefined)[]> {
  await using server = await FakeServer.start((_, response) => response.end(noBuckets));
  await using datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, ...options }, { env: { ...emptyEnv, ...env } });
  await datastore.list();
  const headers = server.received[0]?.headers;
  return [/Credential=([^/]*)\//.exec(headers?.authorization ?? '')?.[1], headers?.['x-amz-security-token'] as string | undefined];
}

/** Returns the error of a call without a server, which is never reached. */
async function failureOf(options: Partial<MinioDatastoreOptions>, env: Record<string, string>, code: string) {
  await using datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: 9, retries: 0, ...options }, { env: { ...emptyEnv, ...env } });
  const error = await failure(datastore.list(), code);
  expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/secret-value|token-value/);
  return error;
}

const roleJson = (accessKey: string): string =>
  JSON.stringify({
    Code: 'Success',
    AccessKeyId: accessKey,
    SecretAccessKey: 'secret-value',
    Token: 'token-value',
    Expiration: inAnHour(),
  });

describe('the option credentials', () => {
  test.each([
    ['a set', { accessKey: 'set-key', secretKey: 's', sessionToken: 't' }],
    ['a function', () => ({ accessKey: 'set-key', secretKey: 's', sessionToken: 't' })],
    ['an asynchronous function', async () => ({ accessKey: 'set-key', secretKey: 's', sessionToken: 't', expiration: inAnHour() })],
  ])('is %s', async (_, credentials) => {
    expect(await signedWith({ credentials }, { AWS_ACCESS_KEY_ID: 'aws-key', AWS_SECRET_ACCESS_KEY: 's' })).toEqual(['set-key', 't']);
  });

  test.each([
    'minio://127.0.0.1:PORT?credentials=anonymous',
    { backend: 'minio', endPoint: '127.0.0.1', port: 0, credentials: 'anonymous' },
  ])('is the name of a source in a configuration: %j', async (config) => {
    await using server = await FakeServer.start((_, response) => response.end(noBuckets));
    const { port } = server;
    const given = typeof config === 'string' ? config.replace('PORT', String(port)) : { ...config, port };
    const env = { AWS_ACCESS_KEY_ID: 'aws-key', AWS_SECRET_ACCESS_KEY: 's' };
    await using datastore = await connectTo(given as string, { env });
    await datastore.list();
    expect(server.received[0]?.headers.authorization).toBeUndefined();
  });

  test.each([
    ['an unknown name', 'keychain', 'ConfigError'],
    ['a number', 5, 'InvalidArgument'],
    ['a set without a secret key', { accessKey: 'key' }, 'ConfigError'],
    ['a set with an empty key', { accessKey: '', secretKey: 'secret-value' }, 'ConfigError'],
  ])('rejects %s', async (_, credentials, code) => {
    const error = await failure((async () => new MinioDatastore({ endPoint: 'host', credentials } as MinioDatastoreOptions))(), code);
    expect(error.message).toContain('credentials');
    expect(error.message).not.toContain('secret-value');
  });

  test.each([
    [{ credentials: 'environment', accessKey: 'key', secretKey: 's' }, 'accessKey'],
    [{ credentials: 'container', profile: 'dev' }, 'profile'],
    [{ accessKey: 'key', secretKey: 's', profile: 'dev' }, 'profile'],
  ])('excludes other credentials: %j', async (options, name) => {
    const error = await failure(
      (async () => new MinioDatastore({ endPoint: 'host', ...options } as MinioDatastoreOptions))(),
      'ConfigError',
    );
    expect(error.message).toContain(name);
  });
});

describe('without credentials', () => {
  test('the first call fails with ConfigError that lists where it looked', async () => {
    const { message } = await failureOf({}, {}, 'ConfigError');
    for (const place of ['the options', 'MINIO_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', '"default"', folder, 'AWS_WEB_IDENTITY_TOKEN_FILE'])
      expect(message).toContain(place);
    for (const place of ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'instance metadata', "credentials: 'anonymous'"])
      expect(message).toContain(place);
  });

  test.each(['environment', 'profile', 'web-identity', 'container', 'instance'] as const)(
    '%s alone fails with ConfigError',
    async (credentials) => {
      const { message } = await failureOf({ credentials }, {}, 'ConfigError');
      expect(message).toContain('no credentials were found');
    },
  );

  test('a presigned URL fails with ConfigError as well', async () => {
    await using datastore = new MinioDatastore({ endPoint: 'host' }, { env: emptyEnv });
    await failure(datastore.bucket('bucket').presign('k'), 'ConfigError');
  });
});

describe('the environment', () => {
  test('precedes the other sources of the default chain', async () => {
    await writeFile(join(folder, 'credentials'), '[default]\naws_access_key_id=file-key\naws_secret_access_key=s\n');
    expect(await signedWith({}, { AWS_ACCESS_KEY_ID: 'aws-key', AWS_SECRET_ACCESS_KEY: 's' })).toEqual(['aws-key', undefined]);
    expect(await signedWith({}, {})).toEqual(['file-key', undefined]);
  });

  test.each([
    [{ AWS_ACCESS_KEY_ID: 'aws-key' }, 'AWS_SECRET_ACCESS_KEY'],
    [{ AWS_SECRET_ACCESS_KEY: 'secret-value' }, 'AWS_ACCESS_KEY_ID'],
    [{ AWS_SESSION_TOKEN: 'token-value' }, 'AWS_ACCESS_KEY_ID'],
  ])('rejects an incomplete set: %j', async (env, missing) => {
    const error = await failure((async () => new MinioDatastore({ endPoint: 'host' }, { env }))(), 'ConfigError');
    expect(error.message).toContain(missing);
    expect(error.message).not.toMatch(/secret-value|token-value/);
  });
});

describe('a profile of the shared files', () => {
  const credentials = `
# comment
[default]
aws_access_key_id = default-key ; trailing
aws_secret_access_key=s

[dev]
aws_access_key_id=dev-key
aws_secret_access_key=s#1
aws_session_token=dev-token
`;
  const config = `
[default]
region = eu-west-1
[profile "tool"]
credential_process = ${JSON.stringify(process.execPath)} -p "JSON.stringify({Version:1,AccessKeyId:'tool-key',SecretAccessKey:'s',SessionToken:'tool-token'})"
[profile broken]
credential_process = /nonexistent/program
[profile half]
aws_access_key_id=half-key
[sso-session dev]
sso_region = eu-west-1
`;

  beforeEach(async () => {
    await writeFile(join(folder, 'credentials'), credentials);
    await writeFile(join(folder, 'config'), config);
  });

  test.each([
    [{}, {}, 'default-key', undefined],
    [{ profile: 'dev' }, {}, 'dev-key', 'dev-token'],
    [{}, { AWS_PROFILE: 'dev' }, 'dev-key', 'dev-token'],
    [{ profile: 'default' }, { AWS_PROFILE: 'dev' }, 'default-key', undefined],
    [{ credentials: 'profile' }, { AWS_PROFILE: 'dev', AWS_ACCESS_KEY_ID: 'aws-key', AWS_SECRET_ACCESS_KEY: 's' }, 'dev-key', 'dev-token'],
    [{ profile: 'tool' }, {}, 'tool-key', 'tool-token'],
  ] as const)('%j with %j', async (options, env, key, token) => {
    expect(await signedWith(options, env)).toEqual([key, token]);
  });

  test('that was asked for must exist', async () => {
    expect((await failureOf({}, { AWS_PROFILE: 'missing' }, 'ConfigError')).message).toMatch(/"missing".*credentials.*config.*AWS_PROFILE/);
  });

  test('with half a set is rejected', async () => {
    expect((await failureOf({ profile: 'half' }, {}, 'ConfigError')).message).toContain('aws_secret_access_key');
  });

  test('whose program fails is rejected', async () => {
    expect((await failureOf({ profile: 'broken' }, {}, 'ConfigError')).message).toContain('"broken"');
  });
});

describe('a web identity', () => {
  test('is exchanged for credentials at the security token service', async () => {
    const credentials = `<AccessKeyId>007</AccessKeyId><SecretAccessKey>1.50</SecretAccessKey><SessionToken>token-value</SessionToken><Expiration>${inAnHour()}</Expiration>`;
    const forms: URLSearchParams[] = [];
    const sts = await startService((_, body, response) => {
      forms.push(new URLSearchParams(body));
      response.end(
        `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      );
    });
    await writeFile(join(folder, 'token'), 'header.payload.signature\n');
    const env = {
      AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'),
      AWS_ROLE_ARN: 'arn:aws:iam::1:role/r',
      AWS_ENDPOINT_URL_STS: sts.url,
    };
    expect(await signedWith({}, env)).toEqual(['007', 'token-value']);
    expect(sts.requests).toEqual(['POST /']);
    expect(Object.fromEntries(forms[0] ?? [])).toMatchObject({
      Action: 'AssumeRoleWithWebIdentity',
      WebIdentityToken: 'header.payload.signature',
      RoleArn: 'arn:aws:iam::1:role/r',
    });
  });

  test('that is rejected fails the call with AccessDenied', async () => {
    const body = '<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>token-value</Message></Error></ErrorResponse>';
    const sts = await startService((_, __, response) => response.writeHead(400).end(body));
    await writeFile(join(folder, 'token'), 'token-value');
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'), AWS_ENDPOINT_URL_STS: sts.url };
    expect((await failureOf({}, env, 'AccessDenied')).message).toContain('AWS_WEB_IDENTITY_TOKEN_FILE');
  });

  test.each([
    ['whose file is missing', {}, 'ConfigError', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
    ['without a security token service', { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' }, 'ConnectionFailed', ''],
  ])('%s fails the call', async (kind, env, code, name) => {
    if (kind.includes('service')) await writeFile(join(folder, 'token'), 'token-value');
    const error = await failureOf({}, { AWS_WEB_IDENTITY_TOKEN_FILE: join(folder, 'token'), ...env }, code);
    expect(error.message).toContain(name);
  });
});

describe('a container', () => {
  test.each([
    ['a variable', { AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Bearer x' }],
    ['a file', { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: 'token' }],
  ])('authenticates with a token in %s', async (_, variables) => {
    await writeFile(join(folder, 'token'), 'Bearer x\n');
    const service = await startService((request, __, response) =>
      response.writeHead(request.headers.authorization === 'Bearer x' ? 200 : 401).end(roleJson('task-key')),
    );
    const token = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, name.endsWith('FILE') ? join(folder, value) : value]),
    );
    const env = { ...token, AWS_CONTAINER_CREDENTIALS_FULL_URI: `${service.url}/role` };
    expect(await signedWith({}, env)).toEqual(['task-key', 'token-value']);
    expect(service.requests).toEqual(['GET /role']);
  });

  test.each([
    ['http://example.com/role', 'ConfigError'],
    ['not a URL', 'ConfigError'],
    ['http://127.0.0.1:9/role', 'ConnectionFailed'],
  ])('fails for %s', async (url, code) => {
    const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token-value' };
    expect((await failureOf({}, env, code)).message).toContain('AWS_CONTAINER_CREDENTIALS_FULL_URI');
  });

  test.each([
    [500, roleJson('k')],
    [200, 'secret-value'],
    [200, '{"AccessKeyId":"k"}'],
  ])('fails with ConfigError for HTTP %i with %j', async (status, body) => {
    const service = await startService((_, __, response) => response.writeHead(status).end(body));
    await failureOf({}, { AWS_CONTAINER_CREDENTIALS_FULL_URI: service.url }, 'ConfigError');
  });

  test('whose service hangs fails with Timeout, if the next source has no credentials either', async () => {
    const service = await startService(() => {});
    const error = await failureOf({}, { AWS_CONTAINER_CREDENTIALS_FULL_URI: service.url }, 'Timeout');
    expect(error.message).toContain('AWS_CONTAINER_CREDENTIALS_FULL_URI');
  });

  test('whose service hangs is followed by the next source', async () => {
    const container = await startService(() => {});
    const instance = await startService(({ method, url }, _, response) =>
      response.end(method === 'PUT' ? 'session' : url?.endsWith('/') === true ? 'role' : roleJson('instance-key')),
    );
    const env = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: container.url,
      AWS_EC2_METADATA_DISABLED: 'false',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: instance.url,
    };
    expect(await signedWith({}, env)).toEqual(['instance-key', 'token-value']);
  });
});

describe('instance metadata', () => {
  const instance = (url: string) => ({ AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: url });

  test('is requested with a session token (version 2)', async () => {
    const service = await startService(({ method, url, headers }, _, response) => {
      if (method === 'PUT') response.end(headers['x-aws-ec2-metadata-token-ttl-seconds'] === undefined ? '' : 'session');
      else if (headers['x-aws-ec2-metadata-token'] !== 'session') response.writeHead(401).end();
      else response.end(url?.endsWith('/') === true ? 'my role\n'.replace(' ', '-') : roleJson('instance-key'));
    });
    expect(await signedWith({}, instance(service.url))).toEqual(['instance-key', 'token-value']);
    expect(service.requests).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/my-role',
    ]);
  });

  test.each([
    ['hangs', () => {}, 'no response within 1000 ms'],
    ['does not exist', undefined, 'no connection'],
    ['has no role', (_: unknown, __: unknown, response: ServerResponse) => response.writeHead(404).end(), 'HTTP 404'],
  ])('that %s counts as not found', async (_, respond, reason) => {
    const url = respond === undefined ? 'http://127.0.0.1:9' : (await startService(respond)).url;
    const start = performance.now();
    const { message } = await failureOf({}, instance(url), 'ConfigError');
    expect(message).toContain(reason);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('temporary credentials', () => {
  const lifetime = (seconds: number): Date => new Date(Date.now() + seconds * 1000);

  test('are requested once for many calls', async () => {
    await using server = await FakeServer.start((_, response) => response.end(noBuckets));
    let calls = 0;
    const credentials = async (): Promise<TemporaryCredentials> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { accessKey: `key-${++calls}`, secretKey: 's', expiration: lifetime(3600) };
    };
    await using datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, credentials });
    await Promise.all(Array.from({ length: 30 }, () => datastore.list()));
    expect(calls).toBe(1);
  });

  test('are refreshed before they expire, without delaying calls', async () => {
    await using server = await FakeServer.start((_, response) => response.end(noBuckets));
    let calls = 0;
    const credentials = (): TemporaryCredentials => ({ accessKey: `key-${++calls}`, secretKey: 's', expiration: lifetime(1000) });
    await using datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, credentials });
    await datastore.list();
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    vi.setSystemTime(Date.now() + 900_000);
    await Promise.all([datastore.list(), datastore.list()]);
    await datastore.list();
    const keys = server.received.map(({ headers }) => /Credential=([^/]*)/.exec(headers.authorization ?? '')?.[1]);
    expect(keys[0]).toBe('key-1');
    expect(keys.at(-1)).toBe('key-2');
    expect(calls).toBe(2);
  });

  test('remain in use when a refresh fails while they are valid, and fail calls afterwards', async () => {
    await using server = await FakeServer.start((_, response) => response.end(noBuckets));
    let calls = 0;
    const credentials = (): TemporaryCredentials => {
      if (++calls > 1) throw new Error('secret-value');
      return { accessKey: 'key', secretKey: 's', expiration: lifetime(1000) };
    };
    await using datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: server.port, credentials });
    await datastore.list();
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    vi.setSystemTime(Date.now() + 900_000);
    await datastore.list();
    vi.setSystemTime(Date.now() + 200_000);
    const error = await failure(datastore.list(), 'ConfigError');
    expect(error.message).not.toContain('secret-value');
  });

  test.each(['ExpiredToken', 'InvalidAccessKeyId', 'TokenRefreshRequired'])(
    'are replaced once after %s, also for a conditional put',
    async (code) => {
      let calls = 0;
      await using server = await FakeServer.start(
        ({ headers }, response) => {
          if (headers.authorization?.includes('key-1/') === true) response.writeHead(400).end(`<Error><Code>${code}</Code></Error>`);
          else response.writeHead(200, { etag: '"e"', 'x-amz-request-id': 'R' }).end();
        },
        { accessKey: undefined, secretKey: undefined, credentials: () => ({ accessKey: `key-${++calls}`, secretKey: 's' }) },
      );
      await server.datastore.bucket('bucket').put('k', 'x', { ifNoneMatch: '*' });
      expect(server.received).toHaveLength(2);
      expect(calls).toBe(2);
    },
  );

  test('that the server rejects again fail the call', async () => {
    let calls = 0;
    await using server = await FakeServer.start((_, response) => response.writeHead(400).end('<Error><Code>ExpiredToken</Code></Error>'), {
      accessKey: undefined,
      secretKey: undefined,
      credentials: () => ({ accessKey: `key-${++calls}`, secretKey: 's' }),
    });
    expect((await failure(server.datastore.list(), 'AccessDenied')).message).toContain('credentials');
    expect(server.received).toHaveLength(2);
  });

  test('that are fixed are not sent again', async () => {
    await using server = await FakeServer.start((_, response) => response.writeHead(400).end('<Error><Code>ExpiredToken</Code></Error>'));
    expect((await failure(server.datastore.list(), 'AccessDenied')).message).toContain('sessionToken');
    expect(server.received).toHaveLength(1);
  });

  test('a function that never returns fails with Timeout, is told to stop, and does not block an abort', async () => {
    let stopped = false;
    const credentials = async ({ signal }: { signal: AbortSignal }): Promise<TemporaryCredentials> =>
      new Promise(() => signal.addEventListener('abort', () => (stopped = true)));
    await using datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: 9, credentials, idleTimeoutMs: 300 });
    const controller = new AbortController();
    const aborted = datastore.list({ signal: controller.signal });
    controller.abort(new Error('stop'));
    await expect(aborted).rejects.toThrow('stop');
    await failure(datastore.list(), 'Timeout');
    expect(stopped).toBe(true);
  });

  test.each([undefined, {}, { accessKey: 'k' }, { accessKey: 'k', secretKey: 'secret-value', expiration: 'soon' }])(
    'a function that returns %j fails with ConfigError',
    async (value) => {
      const error = await failureOf({ credentials: () => value as TemporaryCredentials }, {}, 'ConfigError');
      expect(error.message).toContain('credentials');
    },
  );
});
