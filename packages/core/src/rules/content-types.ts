import { extname } from 'node:path';
// Not imported on first use: Node remembers an `import()` that failed, for example for lack of descriptors.
import mime from 'mime';
import type { ObjectHeaders } from '../api/object-info.js';
import { defaultContentType } from './headers.js';

/** Returns the content type for a file name extension. */
export function contentTypeOf(fileName: string): string {
  return mime.getType(extname(fileName)) ?? defaultContentType;
}

/** Returns headers in which the content type `auto` is replaced by that of the extension of the key. */
export function resolveContentType(headers: ObjectHeaders, key: string): ObjectHeaders {
  return headers.contentType === 'auto' ? { ...headers, contentType: contentTypeOf(key) } : headers;
}
