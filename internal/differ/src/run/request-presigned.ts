import { request as sendRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Call } from '../calls/call.js';
import { isPlainObject } from '../calls/call.js';
import { contentBytes } from '../calls/content.js';

/** Requests a presigned URL as any HTTP client does, and returns what is compared of the response. */
export async function requestPresigned(url: string, { request, args }: Call): Promise<unknown> {
  const options = isPlainObject(args[1]) ? args[1] : {};
  const { method = 'GET', contentType, metadata } = options as { method?: string; contentType?: string; metadata?: Record<string, string> };
  const headers = {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [`x-amz-meta-${name}`, value])),
  };
  const body = method === 'PUT' && request !== undefined ? new Uint8Array(contentBytes(request.content)) : undefined;
  // Not `fetch`, which decodes the body by its `Content-Encoding`.
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sendRequest(url, { method, headers }, resolve).on('error', reject).end(body);
  });
  const { statusCode: status = 0 } = response;
  const bytes = Buffer.concat((await response.toArray()) as Buffer[]);
  if (status < 200 || status > 299)
    return method === 'HEAD' ? { status } : { status, code: /<Code>(\w+)<\/Code>/.exec(bytes.toString())?.[1] };
  if (method === 'DELETE') return { status };
  const { etag } = response.headers;
  if (method === 'PUT') return { status, etag };
  const fields = {
    status,
    etag,
    contentType: response.headers['content-type'],
    cacheControl: response.headers['cache-control'] ?? null,
    size: Number(response.headers['content-length']),
  };
  return method === 'HEAD' ? fields : { ...fields, body: bytes };
}
