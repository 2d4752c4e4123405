import { contentBytes } from '../calls/content.js';
import { headerErrors, toStoredHeaders, toStoredMetadata } from './attributes.js';
import { md5 } from './bytes.js';
import { deleteOne } from './deleting.js';
import { Failure, statusOf } from './failure.js';
import type { ModelRequest } from './model-request.js';
import { keyErrors } from './names.js';
import type { VersionId } from './versions.js';

/** Evaluates `presign`, and the request of the URL if the call has one. */
export function presign(request: ModelRequest): unknown {
  const { method, contentType, versionId } = request.options;
  if (contentType !== undefined && method !== 'PUT') request.addErrorCodes(['InvalidArgument']);
  request.addErrors(...keyErrors(request.args[0]));
  request.checkOptions();
  request.addErrorCodes(headerErrors({ contentType }));
  request.requireCapability('presign', true);
  request.requireCapability('versioning', versionId);
  request.throwIfInvalid();
  return request.call.request === undefined ? 'a URL' : requestUrl(request, contentBytes(request.call.request.content));
}

/** Returns the response to the request of a presigned URL. @param payload the body of a `PUT`. */
function requestUrl(request: ModelRequest, payload: Buffer): unknown {
  const { method = 'GET' } = request.options;
  try {
    return respond(request, String(method), payload);
  } catch (error) {
    const code = error instanceof Failure ? error.errors[0]?.code : undefined;
    if (code === undefined) throw error;
    const status = statusOf(code);
    return method === 'HEAD' ? { status } : { status, code };
  }
}

function respond(request: ModelRequest, method: string, payload: Buffer): unknown {
  const { options, bucket } = request;
  const key = String(request.args[0]);
  const versionId = options['versionId'] as VersionId;
  request.objects();
  if (method === 'DELETE') {
    deleteOne(request, bucket, key, versionId);
    return { status: 204 };
  }
  if (method === 'PUT') {
    const { contentType, metadata } = options;
    const headers = toStoredHeaders({ contentType });
    const etag = md5(payload).toString('hex');
    request.storeObject(bucket, key, { bytes: payload, etag, headers, metadata: toStoredMetadata(metadata), tags: {} });
    return { status: 200, etag: `"${etag}"` };
  }
  const { bytes, etag, headers } = request.object(key, versionId);
  const { contentType = headers.contentType, cacheControl = headers.cacheControl ?? null } = (options['response'] ?? {}) as {
    contentType?: string;
    cacheControl?: string;
  };
  const fields = { status: 200, etag: `"${etag}"`, contentType, cacheControl, size: bytes.length };
  return method === 'HEAD' ? fields : { ...fields, body: bytes };
}
