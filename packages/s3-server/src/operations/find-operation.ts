import type { RequestHeaders } from '../protocol/request-headers.js';
import type { S3Request } from '../protocol/s3-request.js';
import { S3Error, notImplemented } from '../protocol/s3-error.js';
import type { Operation } from './operation.js';
import { routes } from './routes.js';
import type { Route } from './routes.js';

interface CompiledRoute extends Route {
  readonly parameter: string | undefined;
  /** Undefined accepts any value. */
  readonly value: string | undefined;
}

/** The routes by resource and method. */
const table = new Map<string, CompiledRoute[]>();
for (const route of routes) {
  const id = `${route.resource} ${route.method}`;
  const [parameter, value] = route.query?.split('=') ?? [];
  const rows = table.get(id) ?? [];
  rows.push({ ...route, parameter, value });
  table.set(id, rows);
}

/** Parameters that are not subresources, and may be empty. */
const optionParameters = new Set([
  'continuation-token',
  'delimiter',
  'encoding-type',
  'fetch-owner',
  'key-marker',
  'marker',
  'max-keys',
  'max-uploads',
  'metadata',
  'partNumber',
  'prefix',
  'start-after',
  'upload-id-marker',
  'version-id-marker',
  'versionId',
  'x-id',
]);

/**
 * Returns the operation of a request.
 *
 * @throws `BadRequest` for a request that S3 does not define; `NotImplemented` for an unknown subresource, such as `?annotation`, which must
 *   not be taken for an operation on the object itself; `MethodNotAllowed` for a form that is sent to a key.
 */
export function findOperation(request: S3Request): Operation {
  const { method, bucket, key, path } = request;
  // `//photos` names neither the service nor a bucket.
  const resource = bucket !== '' ? (key === '' ? 'bucket' : 'object') : path.length <= 1 ? 'service' : undefined;
  const row = table.get(`${resource} ${method}`)?.find((candidate) => matches(candidate, request));
  if (row !== undefined) {
    if (row.parameter === undefined) refuseSubresources(request);
    return row.operation;
  }
  if (resource === 'object' && method === 'POST' && isForm(request)) throw new S3Error('MethodNotAllowed');
  throw new S3Error('BadRequest', { message: `An unsupported API call for method: ${method} at '${path}'` });
}

/** A subresource is a parameter without a value. Those that are signed, and overrides of response headers, are options. */
function refuseSubresources({ query }: S3Request): void {
  for (const [name, value] of query) {
    if (value === '' && !optionParameters.has(name) && !/^(?:x-amz-|response-|awsaccesskeyid$|expires$|signature$)/i.test(name))
      throw notImplemented(`The subresource ${JSON.stringify(name)}`);
  }
}

function matches({ parameter, value, header, contentType }: CompiledRoute, { query, headers }: S3Request): boolean {
  if (parameter !== undefined) {
    if (query.isEmpty || !query.has(parameter)) return false;
    if (value !== undefined && query.get(parameter) !== value) return false;
  }
  if (header !== undefined && !headers.has(header)) return false;
  return contentType === undefined || mediaType(headers) === contentType;
}

function isForm({ headers }: S3Request): boolean {
  return mediaType(headers) === 'multipart/form-data';
}

function mediaType(headers: RequestHeaders): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
}
