import { extname } from 'node:path';
import { defaultContentType } from './headers.js';

/** Returns the content type for a file name extension. Loads the `mime` package on first use. */
export async function contentTypeOf(fileName: string): Promise<string> {
  const { default: mime } = await import('mime');
  return mime.getType(extname(fileName)) ?? defaultContentType;
}
