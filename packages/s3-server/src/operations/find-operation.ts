import type { S3Request } from '../protocol/s3-request.js';
import { S3Error } from '../protocol/s3-error.js';
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

/** Returns the operation of a request. @throws `BadRequest` for a request that S3 does not define. */
export function findOperation(request: S3Request): Operation {
  const { method, bucket, key, path } = request;
  // `//photos` names neither the service nor a bucket.
  const resource = bucket !== '' ? (key === '' ? 'bucket' : 'object') : path.length <= 1 ? 'service' : undefined;
  const row = table.get(`${resource} ${method}`)?.find((candidate) => matches(candidate, request));
  if (row !== undefined) return row.operation;
  throw new S3Error('BadRequest', { message: `An unsupported API call for method: ${method} at '${path}'` });
}

function matches({ parameter, value, header, contentType }: CompiledRoute, { query, headers }: S3Request): boolean {
  if (parameter !== undefined) {
    if (query.isEmpty || !query.has(parameter)) return false;
    if (value !== undefined && query.get(parameter) !== value) return false;
  }
  if (header !== undefined && !headers.has(header)) return false;
  return contentType === undefined || headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === contentType;
}
