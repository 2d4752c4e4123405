import { extname } from 'node:path';
import { defaultContentType } from './headers.js';

/** The content type that a file's extension stands for. The table of types is loaded when it is first asked for. */
export async function contentTypeOf(fileName: string): Promise<string> {
  const { default: mime } = await import('mime');
  return mime.getType(extname(fileName)) ?? defaultContentType;
}
