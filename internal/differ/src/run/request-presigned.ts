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
  const body = method === 'PUT' && request !== undefined ? new Uint8Array(contentBytes(request.content)) : null;
  const response = await fetch(url, { method, headers, body });
  const { status } = response;
  const bytes = Buffer.from(await response.arrayBuffer());
  if (!response.ok) return method === 'HEAD' ? { status } : { status, code: /<Code>(\w+)<\/Code>/.exec(bytes.toString())?.[1] };
  if (method === 'DELETE') return { status };
  const etag = response.headers.get('etag');
  if (method === 'PUT') return { status, etag };
  const fields = {
    status,
    etag,
    contentType: response.headers.get('content-type'),
    cacheControl: response.headers.get('cache-control'),
    size: Number(response.headers.get('content-length')),
  };
  return method === 'HEAD' ? fields : { ...fields, body: bytes };
}
