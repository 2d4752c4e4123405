import { extname } from 'node:path';
import mime from 'mime';
import { defaultContentType } from './headers.js';

/** The content type that a file's extension stands for. */
export function contentTypeOf(fileName: string): string {
  return mime.getType(extname(fileName).slice(1)) ?? defaultContentType;
}
