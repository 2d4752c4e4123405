import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryDatastore } from '@anybucket/backend-memory';
import type { BucketSeeds } from '@anybucket/backend-memory';
import { StorageError, importPackage, rethrow } from '@anybucket/core/backend';
import { checkFields, requireCount } from '../field-checks.js';
import { accessKeyOf } from './access-key.js';
import { s3Settings } from './s3-settings.js';
import type { S3Endpoint, S3Settings } from './s3-settings.js';

/** Options of {@link startS3}. */
export interface StartS3Options {
  /** The port on the loopback interface; 0 is any free port. @defaultValue 0 */
  readonly port?: number | undefined;
  /** The initial contents of each worker. @defaultValue no buckets */
  readonly buckets?: BucketSeeds | undefined;
}

/** A running S3 endpoint. */
export interface S3 extends AsyncDisposable {
  /** What the workers need to connect: plain data, to be passed to `provide` of Vitest, or as JSON in an environment variable. */
  readonly endpoint: S3Endpoint;
  /** Returns the datastore of a worker, for assertions on its state; it is created on first use. */
  datastore(worker: string | number): MemoryDatastore;
  /** Returns the settings of a worker. */
  settings(worker: string | number): S3Settings;
  /** Closes the server and all datastores. */
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

const packageName = '@anybucket/s3-server';

/**
 * Starts an S3 endpoint over memory, for the `globalSetup` of a test runner. Each worker has a store of its own, selected by its access key, so
 * that test files run in parallel.
 *
 *     export async function setup(project) {
 *       const s3 = await startS3();
 *       project.provide('s3', s3.endpoint);
 *       return () => s3.close();
 *     }
 *
 * Requires the package `@anybucket/s3-server`.
 *
 * @throws `ConfigError` if the package is not installed; `InvalidArgument` for an invalid option; the error of Node, such as `EADDRINUSE`.
 */
export async function startS3(options: StartS3Options = {}): Promise<S3> {
  checkFields<StartS3Options>('the options of `startS3`', options, { port: requireCount(0), buckets: () => {} });
  const { port = 0, buckets } = options;
  const { createHandler } = await importServer();
  const secretKey = randomBytes(20).toString('hex');
  const workers = new Map<string, { readonly datastore: MemoryDatastore; readonly handler: Handler }>();
  const workerOf = (accessKey: string) => {
    const known = workers.get(accessKey);
    if (known !== undefined) return known;
    const datastore = new MemoryDatastore({ buckets });
    const worker = { datastore, handler: createHandler(datastore, { credentials: { accessKey, secretKey } }) };
    workers.set(accessKey, worker);
    return worker;
  };
  // Answers requests that are not signed by a worker, with the errors of S3.
  const stranger = createHandler(new MemoryDatastore(), { credentials: { accessKey: 'none', secretKey } });
  const server = createServer((request, response) => {
    void accessKeyOf(request).then((accessKey) => {
      const handler = accessKey !== undefined && isWorkerKey(accessKey) ? workerOf(accessKey).handler : stranger;
      return handler(request, response);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint = { url, region: 'us-east-1', secretKey };
  const settings = (worker: string | number): S3Settings => s3Settings(endpoint, worker);
  const close = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    for (const { datastore } of workers.values()) await datastore.close();
  };
  return {
    endpoint,
    settings,
    datastore: (worker) => workerOf(settings(worker).accessKey).datastore,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function isWorkerKey(accessKey: string): boolean {
  return /^worker-[\w-]{1,64}$/.test(accessKey);
}

async function importServer(): Promise<{ createHandler: typeof import('@anybucket/s3-server').createHandler }> {
  try {
    return await importPackage(
      packageName,
      async () => {
        try {
          return await import('@anybucket/s3-server');
        } catch (error) {
          return rethrow(error);
        }
      },
      import.meta.url,
    );
  } catch (cause) {
    const message = `\`startS3\` requires the package ${packageName}; install it with: npm install --save-dev ${packageName}`;
    throw new StorageError({ code: 'ConfigError', message, cause });
  }
}
