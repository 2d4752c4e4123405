import { describeValue, invalidArgument } from '@anybucket/core/backend';
import { workerId } from './worker-id.js';

/** The address and secret of an endpoint, as plain data. */
export interface S3Endpoint {
  readonly url: string;
  readonly region: string;
  /** The secret key of all workers. */
  readonly secretKey: string;
}

/** What a client needs to connect. */
export interface S3Settings extends S3Endpoint {
  /** The access key of the worker, which selects its store. */
  readonly accessKey: string;
  /** The settings as a URL, for `createDatastore` or a variable such as `ANYBUCKET_DATA_STORE`. */
  readonly datastoreUrl: string;
}

/**
 * Returns the settings of a worker for an endpoint of `startS3`.
 *
 * @param worker identifies the store. @defaultValue `worker`: the id of the worker of Vitest or Jest in which this code runs, or that of the process
 * @throws `InvalidArgument` if the worker is not 1 to 64 letters, digits, `-` or `_`.
 */
export function s3Settings(endpoint: S3Endpoint, worker: string | number = workerId()): S3Settings {
  if (!/^[\w-]{1,64}$/.test(String(worker)))
    throw invalidArgument(`\`worker\` must be 1 to 64 letters, digits, \`-\` or \`_\`, not ${describeValue(worker)}`);
  const { url, region, secretKey } = endpoint;
  const accessKey = `worker-${worker}`;
  return { url, region, secretKey, accessKey, datastoreUrl: `minio://${accessKey}:${secretKey}@${new URL(url).host}?tls=false` };
}
