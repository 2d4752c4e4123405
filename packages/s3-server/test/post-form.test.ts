/** Uploads of browsers, and presigned URLs. */
import { createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { extendBucketDriver, extendDriver, wrapDatastore } from '@anybucket/core/backend';
import type { BucketDriver, DatastoreDriver } from '@anybucket/core/backend';
import { expect, test } from 'vitest';
import { createPresigner } from '../src/auth/presigner.js';
import { SigningKeys } from '../src/auth/signing-keys.js';
import type { S3Server } from '../src/index.js';
import { startServer } from './support.js';

async function start(): Promise<S3Server> {
  const server = await startServer();
  await server.datastore.createBucket('photos');
  return server;
}

/** Sends a form. Undefined fields are left out. */
async function post(url: string, fields: Readonly<Record<string, string | undefined>>, content: string | null = 'meow'): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.append(name, value);
  if (content !== null) form.append('file', new Blob([content]), 'c/cat.txt');
  return fetch(url, { method: 'POST', body: form, redirect: 'manual' });
}

/** Returns the fields of a form with a policy that is signed as older clients do. */
function signForm({ credentials }: S3Server, document: unknown): Record<string, string> {
  const policy = Buffer.from(JSON.stringify(document)).toString('base64');
  const signature = createHmac('sha1', credentials.secretKey).update(policy).digest('base64');
  return { AWSAccessKeyId: credentials.accessKey, policy, signature };
}

const expiration = '2100-01-01T00:00:00Z';

test('stores the file of a presigned form, under its name and with its attributes', async () => {
  const { datastore } = await start();
  const bucket = datastore.bucket('photos');
  expect(datastore.capabilities.presign).toBe(true);
  const { url, fields } = await bucket.presignPost({ prefix: 'u/', contentType: 'text/plain', metadata: { mood: 'häppy' }, maxSize: 10 });
  const response = await post(url, fields);
  expect([response.status, response.headers.get('location')]).toEqual([204, `${url}/u/cat.txt`]);
  expect(await bucket.stat('u/cat.txt')).toMatchObject({ size: 4, contentType: 'text/plain', metadata: { mood: 'häppy' } });
  const tooLarge = await post(url, fields, 'meow meow meow');
  expect([tooLarge.status, await tooLarge.text()]).toEqual([400, expect.stringContaining('EntityTooLarge')]);
  expect(await (await bucket.get('u/cat.txt')).text()).toBe('meow');
  const other = await post(url, { ...fields, key: 'other' });
  expect([other.status, await other.text()]).toEqual([403, expect.stringContaining('AccessDenied')]);
});

test.each([0, 4, 100_000, 1_000_000])('stores a file of %i bytes, also if it is read late', async (size) => {
  const server = await startServer({}, wrapDatastore(new MemoryDatastore({ buckets: { photos: {} } }), readBodiesLate));
  const { url, fields } = await server.datastore.bucket('photos').presignPost({ key: 'k' });
  expect((await post(url, fields, 'x'.repeat(size))).status).toBe(204);
  expect(await server.datastore.bucket('photos').stat('k')).toMatchObject({ size });
});

/** Reads the body of a write only after the whole request has arrived. */
function readBodiesLate(driver: DatastoreDriver): DatastoreDriver {
  const putObject: BucketDriver['putObject'] = async (...args) => {
    await setTimeout(20);
    return driver.bucket('photos').putObject(...args);
  };
  return extendDriver(driver, { bucket: (name) => extendBucketDriver(driver.bucket(name), { putObject }) });
}

test('answers with a document or a redirect', async () => {
  const server = await start();
  const conditions = [{ bucket: 'photos' }, ['starts-with', '$key', ''], ['starts-with', '$success_action_status', '']];
  const fields = {
    key: 'a b',
    ...signForm(server, { expiration, conditions: [...conditions, ['starts-with', '$success_action_redirect', '']] }),
  };
  const created = await post(`${server.url}/photos`, { ...fields, success_action_status: '201' });
  expect([created.status, await created.text()]).toEqual([201, expect.stringContaining('<Key>a b</Key>')]);
  const redirected = await post(`${server.url}/photos`, { ...fields, success_action_redirect: 'http://example.com/?x=1' });
  expect([redirected.status, redirected.headers.get('location')]).toEqual([
    303,
    expect.stringMatching(/^http:\/\/example\.com\/\?bucket=photos&etag=%22\w+%22&key=a\+b&x=1$/),
  ]);
});

test.each([
  ['no conditions', { expiration }, 400, 'InvalidPolicyDocument'],
  ['an empty condition', { expiration, conditions: [{}] }, 400, 'InvalidPolicyDocument'],
  ['a malformed date', { expiration: '2100-01-01', conditions: [] }, 400, 'InvalidPolicyDocument'],
  ['an unknown operation', { expiration, conditions: [['contains', '$key', '']] }, 400, 'InvalidPolicyDocument'],
  ['an invalid size', { expiration, conditions: [['content-length-range', -1, 0]] }, 400, 'InvalidPolicyDocument'],
  ['no condition on the key', { expiration, conditions: [{ bucket: 'photos' }] }, 403, 'AccessDenied'],
  ['another bucket', { expiration, conditions: [{ bucket: 'other' }, { key: 'k' }] }, 403, 'AccessDenied'],
  ['a field that is missing', { expiration, conditions: [{ bucket: 'photos' }, { key: 'k' }, { acl: 'private' }] }, 403, 'AccessDenied'],
  ['a past date', { expiration: '2000-01-01T00:00:00Z', conditions: [{ bucket: 'photos' }, { key: 'k' }] }, 403, 'AccessDenied'],
  [
    'a minimum size',
    { expiration, conditions: [{ bucket: 'photos' }, { key: 'k' }, ['content-length-range', 5, 9]] },
    400,
    'EntityTooSmall',
  ],
])('refuses a form whose policy has %s', async (_title, policy, status, code) => {
  const server = await start();
  const response = await post(`${server.url}/photos`, { key: 'k', ...signForm(server, policy) });
  expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(`<Code>${code}</Code>`)]);
  expect(await server.datastore.bucket('photos').exists('k')).toBe(false);
});

test('refuses a form that is incomplete', async () => {
  const server = await start();
  const fields = { key: 'k', ...signForm(server, { expiration, conditions: [{ bucket: 'photos' }, { key: 'k' }] }) };
  const codeOf = async (response: Promise<Response>): Promise<string | undefined> =>
    /<Code>(\w+)<\/Code>/.exec(await (await response).text())?.[1];
  const url = `${server.url}/photos`;
  expect(await codeOf(post(url, { ...fields, key: undefined }))).toBe('MalformedPOSTRequest');
  expect(await codeOf(post(url, fields, null))).toBe('MalformedPOSTRequest');
  expect(await codeOf(post(url, { ...fields, signature: undefined }))).toBe('InvalidArgument');
  expect(await codeOf(post(url, { ...fields, signature: 'x' }))).toBe('SignatureDoesNotMatch');
  expect(await codeOf(post(url, { ...fields, AWSAccessKeyId: 'other' }))).toBe('InvalidAccessKeyId');
  const truncated = ['--x', 'Content-Disposition: form-data; name="key"', '', 'k'];
  for (const [name, value] of Object.entries(fields)) truncated.push('--x', `Content-Disposition: form-data; name="${name}"`, '', value);
  truncated.push('--x', 'Content-Disposition: form-data; name="file"; filename="f"', '', 'meow');
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  expect(await codeOf(fetch(url, { method: 'POST', headers, body: truncated.join('\r\n') }))).toBe('MalformedPOSTRequest');
  expect(await server.datastore.bucket('photos').exists('k')).toBe(false);
});

test('serves presigned URLs to any client', async () => {
  const { datastore } = await start();
  const bucket = datastore.bucket('photos');
  const key = 'ä b/+&.txt';
  const metadata = { mood: 'hungry' };
  const putUrl = await bucket.presign(key, { method: 'PUT', contentType: 'text/plain', metadata });
  const headers = { 'content-type': 'text/plain', 'x-amz-meta-mood': 'hungry' };
  expect((await fetch(putUrl, { method: 'PUT', headers, body: 'meow' })).status).toBe(200);
  const unsigned = await fetch(putUrl, { method: 'PUT', headers: { ...headers, 'x-amz-copy-source': 'photos/other' }, body: 'meow' });
  expect([unsigned.status, await unsigned.text()]).toEqual([403, expect.stringContaining('not signed')]);
  const getUrl = await bucket.presign(key, { response: { contentDisposition: { filename: 'ü.txt' } } });
  const response = await fetch(getUrl);
  expect([await response.text(), response.headers.get('x-amz-meta-mood')]).toEqual(['meow', 'hungry']);
  expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''%C3%BC.txt");
  expect((await fetch(getUrl, { method: 'DELETE' })).status).toBe(403);
});

test('applies the headers that an SDK moves to the query of a presigned URL, but not its checksum', async () => {
  const server = await start();
  const { url: address, credentials, region } = server;
  const presigner = createPresigner({ url: address, credentials, region, signingKeys: new SigningKeys(), now: Date.now });
  const query = { 'x-amz-meta-mood': 'hungry', 'x-amz-tagging': 'a=1', 'x-amz-checksum-crc32': 'AAAAAA==' };
  const url = await presigner.presign('photos', 'k', { method: 'PUT', expiresIn: 60, headers: {}, query });
  expect((await fetch(url, { method: 'PUT', body: 'meow' })).status).toBe(200);
  expect(await server.datastore.bucket('photos').stat('k')).toMatchObject({ metadata: { mood: 'hungry' }, tagCount: 1 });
  expect((await fetch(url.replace('hungry', 'sad'), { method: 'PUT', body: 'meow' })).status).toBe(403);
});

test('points presigned URLs at a public address', async () => {
  const { datastore } = await startServer({ publicUrl: 'https://s3.example.com/' });
  expect(await datastore.bucket('photos').presign('k')).toMatch(/^https:\/\/s3\.example\.com\/photos\/k\?/);
  expect((await datastore.bucket('photos').presignPost({ key: 'k' })).url).toBe('https://s3.example.com/photos');
});
