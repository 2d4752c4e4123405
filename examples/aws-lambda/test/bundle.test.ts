import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { MemoryDatastore } from '@anybucket/backend-memory';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Metafile } from 'esbuild';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { bundleHandlers } from '../src/bundle.js';

interface Handler {
  handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2>;
}
interface StreamingHandler {
  handler(event: APIGatewayProxyEventV2, output: PassThrough): Promise<void>;
}

// Unlike `import`, which Vitest replaces, it runs a file as it is.
const load = createRequire(import.meta.url);
// The store that the bundle opens.
const store = new MemoryDatastore({ shared: 'lambda' });
const photos = store.bucket('photos');
let folder: string;
let metafile: Metafile;

beforeAll(async () => {
  vi.stubEnv('ANYBUCKET_DATA_STORE', 'memory:lambda');
  await store.createBucket('photos');
  folder = await mkdtemp(join(tmpdir(), 'anybucket-lambda-'));
  metafile = await bundleHandlers('memory', folder);
});

beforeEach(() => photos.deleteAll({ prefix: '' }));

afterAll(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await rm(folder, { recursive: true });
});

/** Creates an event as a function URL does. */
function createEvent(method: string, path: string, headers: Record<string, string> = {}, body?: Buffer): APIGatewayProxyEventV2 {
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' };
  const requestContext = { domainName: 'example.com', http } as APIGatewayProxyEventV2['requestContext'];
  const content = body === undefined ? { isBase64Encoded: false } : { body: body.toString('base64'), isBase64Encoded: true };
  return { version: '2.0', routeKey: '$default', rawPath: path, rawQueryString: '', headers, requestContext, ...content };
}

function handle(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  return (load(join(folder, 'handler.mjs')) as Handler).handler(event);
}

async function post(content: string, type: string): Promise<APIGatewayProxyStructuredResultV2> {
  const form = new FormData();
  form.append('photos', new File([content], 'cat.png', { type }));
  const encoded = new Response(form);
  const headers = { 'content-type': encoded.headers.get('content-type') ?? '' };
  return handle(createEvent('POST', '/photos', headers, Buffer.from(await encoded.arrayBuffer())));
}

const decode = ({ body = '' }: APIGatewayProxyStructuredResultV2): string => Buffer.from(body, 'base64').toString();

test('bundles one backend', () => {
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.some((file) => file.includes('backend-memory'))).toBe(true);
  expect(inputs.filter((file) => /backend-(?:fs|minio)|node_modules\/minio\//.test(file))).toEqual([]);
  for (const { bytes } of Object.values(metafile.outputs)) expect(bytes).toBeLessThan(1024 * 1024);
});

test('stores a photo and serves it', async () => {
  const created = await post('pixels', 'image/png');
  expect(created.statusCode).toBe(201);
  const [{ key }] = JSON.parse(decode(created)) as [{ key: string }];
  const photo = await handle(createEvent('GET', `/photos/${key}`, { range: 'bytes=-3' }));
  expect([photo.statusCode, photo.headers?.['content-range'], decode(photo)]).toEqual([206, 'bytes 3-5/6', 'els']);
});

test('serves a photo of a folder, and 304 to clients that have it', async () => {
  await photos.put('2026/my cat.png', 'pixels', { contentType: 'image/png' });
  const photo = await handle(createEvent('GET', '/photos/2026/my%20cat.png'));
  expect([photo.headers?.['content-type'], decode(photo)]).toEqual(['image/png', 'pixels']);
  const cached = await handle(createEvent('GET', '/photos/2026/my%20cat.png', { 'if-none-match': String(photo.headers?.['etag']) }));
  expect([cached.statusCode, cached.body]).toEqual([304, '']);
  expect((await handle(createEvent('GET', '/photos/2026/dog.png'))).statusCode).toBe(404);
});

test('refuses other types and large files', async () => {
  expect((await post('<script>', 'text/html')).statusCode).toBe(415);
  expect((await post('x'.repeat(4_000_001), 'image/png')).statusCode).toBe(413);
  expect(await photos.listFilename()).toEqual([]);
});

test('streams a photo', async () => {
  await photos.put('cat.png', 'pixels', { contentType: 'image/png' });
  const from = vi.fn<(output: PassThrough, head: object) => PassThrough>((output) => output);
  // The global object of Lambda's runtime.
  vi.stubGlobal('awslambda', { streamifyResponse: (handler: unknown) => handler, HttpResponseStream: { from } });
  const streaming = load(join(folder, 'streaming.mjs')) as StreamingHandler;
  const output = new PassThrough();
  const [content] = await Promise.all([text(output), streaming.handler(createEvent('GET', '/photos/cat.png'), output)]);
  expect(content).toBe('pixels');
  expect(from).toHaveBeenCalledWith(output, { statusCode: 200, headers: expect.objectContaining({ 'content-type': 'image/png' }) });
});
