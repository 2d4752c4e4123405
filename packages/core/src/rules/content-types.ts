import { extname } from 'node:path';
// Not imported on first use: Node remembers an `import()` that failed, for example for lack of descriptors.
import mime from 'mime';
import { defaultContentType } from './headers.js';

/** Returns the content type for a file name extension. */
export function contentTypeOf(fileName: string): string {
  return mime.getType(extname(fileName)) ?? defaultContentType;
}
