import { tracingChannel } from 'node:diagnostics_channel';
import { SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { CallEvent, RetryEvent } from '../src/index.js';
import { MinioInstrumentation } from '../src/opentelemetry.js';
import { FakeServer } from './fake-server.js';
import { failure } from './support.js';

const ok = { etag: '"e"', 'x-amz-request-id': 'R1' };

/** Starts a server that fails the first requests with 503. */
async function startServer(failures: number, onRetry?: (event: RetryEvent) => void): Promise<FakeServer> {
  let count = 0;
  return FakeServer.start(
    (_, response) => {
      if (++count > failures) response.writeHead(200, ok).end();
      else response.writeHead(503, { 'x-amz-request-id': 'R0' }).end('<Error><Code>SlowDown</Code></Error>');
    },
    { retries: 2, onRetry },
  );
}

/** Records the events of a channel until the end of the test. */
function record(name: string): { name: string; event: object }[] {
  const events: { name: string; event: object }[] = [];
  const subscriber = (step: string) => (event: object) => {
    events.push({ name: step, event });
  };
  const subscribers = {
    start: subscriber('start'),
    end: subscriber('end'),
    asyncStart: subscriber('asyncStart'),
    asyncEnd: subscriber('asyncEnd'),
    error: subscriber('error'),
  };
  const channel = tracingChannel(name);
  channel.subscribe(subscribers);
  onTestFinished(() => {
    channel.unsubscribe(subscribers);
  });
  return events;
}

test('publishes an event per call and per attempt', async () => {
  const calls = record('anybucket.minio.call');
  const attempts = record('anybucket.minio.attempt');
  await using server = await startServer(1);
  await server.datastore.bucket('bucket').put('a b', 'x');
  expect(calls.map(({ name }) => name)).toEqual(['start', 'end', 'asyncStart', 'asyncEnd']);
  expect(calls[0]?.event).toEqual({
    operation: 'PutObject',
    bucket: 'bucket',
    key: 'a b',
    host: '127.0.0.1',
    port: server.port,
    attempts: 2,
  });
  expect(attempts.map(({ name }) => name)).toEqual([
    'start',
    'end',
    'error',
    'asyncStart',
    'asyncEnd',
    'start',
    'end',
    'asyncStart',
    'asyncEnd',
  ]);
  const ended = attempts.filter(({ name }) => name === 'asyncEnd').map(({ event }) => event);
  const url = `http://127.0.0.1:${server.port}/bucket/a%20b`;
  expect(ended).toMatchObject([
    { call: calls[0]?.event, method: 'PUT', attempt: 1, url, status: 503, requestId: 'R0', error: { code: 'SlowDown' } },
    { call: calls[0]?.event, method: 'PUT', attempt: 2, url, status: 200, requestId: 'R1' },
  ]);
});

test('publishes the error of a call', async () => {
  const calls = record('anybucket.minio.call');
  await using server = await startServer(9);
  await failure(server.datastore.bucket('bucket').put('k', 'x'), 'SlowDown');
  expect(calls.at(-1)?.event).toMatchObject({ attempts: 3, error: { code: 'SlowDown' } });
});

test('calls onRetry before each retry', async () => {
  const events: RetryEvent[] = [];
  await using server = await startServer(2, (event) => events.push(event));
  await server.datastore.bucket('bucket').put('k', 'x');
  expect(events).toMatchObject([
    { operation: 'PutObject', bucket: 'bucket', key: 'k', attempts: 1, error: { code: 'SlowDown' } },
    { operation: 'PutObject', bucket: 'bucket', key: 'k', attempts: 2, error: { code: 'SlowDown' } },
  ]);
  expect(events.every(({ delayMs }) => delayMs >= 0)).toBe(true);
});

test('names the operations of S3', async () => {
  const calls = record('anybucket.minio.call');
  await using server = await FakeServer.start((_, response) => response.writeHead(404, ok).end('<Error><Code>NoSuchBucket</Code></Error>'));
  const { datastore } = server;
  const bucket = datastore.bucket('bucket');
  for (const call of [
    () => datastore.list(),
    () => datastore.createBucket('bucket'),
    () => datastore.bucketExists('bucket'),
    () => datastore.removeBucket('bucket'),
    () => bucket.get('k'),
    () => bucket.list(),
    () => bucket.listVersions(),
    () => bucket.versioning(),
    () => bucket.tags('k'),
    () => bucket.setTags('k', { a: 'b' }),
    () => bucket.delete('k'),
    () => bucket.delete(['a', 'b']),
  ])
    await call().catch(() => {});
  const operations = new Set(calls.filter(({ name }) => name === 'start').map(({ event }) => (event as CallEvent).operation));
  for (const operation of ['ListBuckets', 'CreateBucket', 'HeadBucket', 'DeleteBucket', 'GetObject', 'ListObjectsV2', 'ListObjectVersions'])
    expect(operations).toContain(operation);
  for (const operation of ['GetBucketVersioning', 'GetObjectTagging', 'PutObjectTagging', 'DeleteObject', 'DeleteObjects'])
    expect(operations).toContain(operation);
});

describe('the OpenTelemetry instrumentation', () => {
  test('creates a span per call with a child per request', async () => {
    const exporter = new InMemorySpanExporter();
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const instrumentation = new MinioInstrumentation({ tracerProvider });
    onTestFinished(() => instrumentation.disable());
    await using server = await startServer(1);
    await server.datastore.bucket('bucket').put('k', 'x');
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name }) => name)).toEqual(['PUT', 'PUT', 'S3/PutObject']);
    const [first, second, call] = spans;
    expect(call?.attributes).toEqual({
      'rpc.system': 'aws-api',
      'rpc.service': 'S3',
      'rpc.method': 'PutObject',
      'aws.s3.bucket': 'bucket',
      'aws.s3.key': 'k',
      'aws.request_id': 'R1',
      'server.address': '127.0.0.1',
      'server.port': server.port,
    });
    const url = `http://127.0.0.1:${server.port}/bucket/k`;
    expect(first?.attributes).toMatchObject({
      'http.request.method': 'PUT',
      'url.full': url,
      'http.response.status_code': 503,
      'error.type': 'SlowDown',
    });
    expect(first?.status.code).toBe(SpanStatusCode.ERROR);
    expect(second?.attributes).toMatchObject({ 'http.response.status_code': 200, 'http.request.resend_count': 1 });
    expect(second?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);

    exporter.reset();
    instrumentation.disable();
    await server.datastore.bucket('bucket').put('k', 'x');
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
