import { randomBytes } from 'node:crypto';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { MinioDatastore } from '@anybucket/backend-minio';
import { isStorageError } from '@anybucket/core';
import type { Bucket, StorageErrorCode } from '@anybucket/core';
import { StorageError, storageErrorCodes } from '@anybucket/core/backend';
import type { MinioAddress } from '@anybucket/minio-server';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { FaultProxy, first } from '../../backend-minio/test/fault-proxy.js';
import { compareBackends, withFaults } from '../src/index.js';
import type { Fault } from '../src/index.js';

type ProxyFault = ReturnType<FaultProxy['fault']>;

const address = inject('minio');
const mib = 2 ** 20;
const object = Buffer.alloc(mib, 'x');
/** The names of buckets are random, as are the ids of requests. */
const comparedFields = ['name', 'code', 'status', 'operation', 'key', 'retryable', 'serverCode'] as const;

interface Failure {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause: unknown;
  readonly hasRequestId: boolean;
  /** Bytes that the reader received. */
  readonly received: number;
  /** The state that the failure left behind. */
  readonly stored: readonly string[];
}

/** Runs a call that reads or writes, and describes its failure. */
async function failureOf(bucket: Bucket, call: (bucket: Bucket, onChunk: (bytes: number) => void) => Promise<unknown>): Promise<Failure> {
  let received = 0;
  const error: unknown = await call(bucket, (bytes) => (received += bytes)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isStorageError(error)) throw new TypeError('expected a StorageError', { cause: error });
  return {
    fields: Object.fromEntries(comparedFields.map((name) => [name, error[name]])),
    cause: causeOf(error),
    hasRequestId: error.requestId !== undefined,
    received,
    stored: await bucket.listFilename(),
  };
}

/** The name and code of the cause: its message depends on the network. */
function causeOf({ cause }: StorageError): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause
    ? { name: 'name' in cause ? cause.name : undefined, code: cause.code }
    : cause;
}

const read = async (bucket: Bucket, onChunk: (bytes: number) => void): Promise<void> => {
  for await (const chunk of (await bucket.get('large')).stream()) onChunk(chunk.length);
};
const write = (bucket: Bucket): Promise<unknown> => bucket.put('new', [object]);
const conditionalWrite = (bucket: Bucket): Promise<unknown> => bucket.put('new', 'x', { ifNoneMatch: '*' });

function respond(status: number, code: string): NonNullable<ProxyFault> {
  // A response with this status has no body.
  const body = status === 304 ? '' : `<Error><Code>${code}</Code><Message>message</Message></Error>`;
  return { kind: 'respond', status, body, headers: { 'x-amz-request-id': 'R1' } };
}

const cases: readonly (readonly [string, Fault, ProxyFault, (bucket: Bucket, onChunk: (bytes: number) => void) => Promise<unknown>])[] = [
  ['SlowDown of a get', { operation: 'get', error: 'SlowDown' }, respond(503, 'SlowDown'), read],
  ['AccessDenied of a put', { operation: 'put', error: 'AccessDenied' }, respond(403, 'AccessDenied'), conditionalWrite],
  ['InternalError of a put', { operation: 'put', error: 'InternalError' }, respond(500, 'InternalError'), conditionalWrite],
  ['StorageFull of a put', { operation: 'put', error: 'StorageFull' }, respond(507, 'XMinioStorageFull'), write],
  ['BadDigest of a put', { operation: 'put', corrupt: true }, respond(400, 'BadDigest'), write],
  [
    'a body of a put that breaks',
    { operation: 'put', afterBytes: 1000, error: 'ConnectionFailed' },
    { kind: 'cut-request', after: 1000 },
    write,
  ],
  [
    'a lost response of a put',
    { operation: 'put', error: 'ConnectionFailed', responseLost: true },
    { kind: 'lose-response' },
    conditionalWrite,
  ],
  ['a request that stalls', { operation: 'get', error: 'Timeout' }, { kind: 'stall' }, read],
];

/** The codes that a server sends, with their status. All others are failures without a response. */
const serverFailures = storageErrorCodes.flatMap((code) => {
  const { status } = new StorageError({ code, message: '' });
  return status === undefined ? [] : [[code, status] as const];
});

/** Codes that a server sends under another name. */
const serverCodes: Partial<Readonly<Record<StorageErrorCode, string>>> = {
  InvalidKey: 'XMinioInvalidObjectName',
  StorageFull: 'XMinioStorageFull',
};

describe.skipIf(address === undefined)('faults look like those of a server behind a faulty proxy:', () => {
  let proxy: FaultProxy;
  let direct: MinioDatastore;
  let faulty: MinioDatastore;
  let name: string;

  beforeAll(async () => {
    proxy = await FaultProxy.start(address as MinioAddress);
    direct = new MinioDatastore(address as MinioAddress);
    faulty = new MinioDatastore({ ...proxy.address, retries: 0, idleTimeoutMs: 700, connectTimeoutMs: 700 });
    name = `faults-${randomBytes(6).toString('hex')}`;
    await direct.createBucket(name);
    await direct.bucket(name).put('large', object);
  });
  afterAll(async () => {
    const bucket = direct.bucket(name);
    await bucket.deleteAll({ prefix: '' });
    await direct.removeBucket(name);
    await faulty.close();
    await direct.close();
    await proxy.stop();
  });

  test.each(cases)('%s', async (_, fault, proxyFault, call) => {
    const memory = new MemoryDatastore({ buckets: { photos: { large: object } } });
    // A request on an idle connection that breaks is sent again at once.
    const times = proxyFault?.kind === 'cut-request' ? 2 : 1;
    proxy.fault = proxyFault === undefined ? () => undefined : first(times, () => true, proxyFault);
    const real = await failureOf(faulty.bucket(name), call);
    const store = withFaults(memory, [fault]);
    const injected = await failureOf(store.bucket('photos'), call);
    await direct.bucket(name).delete('new');
    expect(injected).toEqual(real);
    store.faults.verify();
  });

  test.each(serverFailures)('%s (HTTP %i) of a get', async (code, status) => {
    const get = async (bucket: Bucket): Promise<unknown> => bucket.get('large', code === 'NoSuchVersion' ? { versionId: 'v1' } : {});
    proxy.fault = first(1, () => true, respond(status, serverCodes[code] ?? code));
    const real = await failureOf(faulty.bucket(name), get);
    const store = withFaults(new MemoryDatastore({ buckets: { photos: { large: object } } }), [{ operation: 'get', error: code }]);
    expect(real.fields['code']).toBe(code);
    expect(await failureOf(store.bucket('photos'), get)).toEqual(real);
  });

  test('a body of a get that breaks', async () => {
    proxy.fault = first(1, () => true, { kind: 'cut-response', after: 300_000 });
    const real = await failureOf(faulty.bucket(name), read);
    const store = withFaults(new MemoryDatastore({ buckets: { photos: { large: object } } }), [
      { operation: 'get', afterBytes: real.received, error: real.fields['code'] as 'ConnectionFailed' },
    ]);
    expect(real.received).toBeGreaterThan(0);
    expect(await failureOf(store.bucket('photos'), read)).toEqual(real);
  });

  test('compareBackends finds no difference of memory and a server', async () => {
    const comparison = await compareBackends(
      async (store) => {
        await store.createBucket('photos');
        const bucket = store.bucket('photos');
        await bucket.setVersioning('enabled');
        await bucket.put('a', 'first', { metadata: { k: 'v' }, tags: { t: '1' } });
        const { versionId } = await bucket.put('a', 'second');
        await (await bucket.get('a', { range: { start: 1, end: 3 } })).text();
        await bucket.delete('a', { versionId });
        await bucket.listVersions();
        await bucket.get('missing').catch(() => {});
        await bucket.put('a', 'third', { ifNoneMatch: '*' }).catch(() => {});
        await bucket.list({ recursive: false });
        await bucket.delete(['a']);
      },
      { backends: ['memory:', direct] },
    );
    expect(String(comparison)).toMatch(/^no difference/);
  });
});
