import type { IncomingMessage } from 'node:http';

/** A form has its credential before the file; a longer one is refused by the handler. */
const maxFormBytes = 64 * 1024;

/** Returns the access key with which a request is signed; undefined if it is not signed. Leaves the body of the request to be read. */
export async function accessKeyOf(request: IncomingMessage): Promise<string | undefined> {
  const { authorization = '', 'content-type': contentType = '' } = request.headers;
  const [, fromHeader] = /\bCredential=([^/,\s]+)\//.exec(authorization) ?? [];
  if (fromHeader !== undefined) return fromHeader;
  const query = new URLSearchParams(request.url?.split('?', 2)[1]);
  const fromQuery = query.get('X-Amz-Credential')?.split('/')[0] ?? query.get('AWSAccessKeyId');
  if (fromQuery !== null && fromQuery !== undefined) return fromQuery;
  return request.method === 'POST' && contentType.startsWith('multipart/form-data') ? accessKeyOfForm(request) : undefined;
}

async function accessKeyOfForm(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let found: string | undefined;
  for (;;) {
    const chunk = request.read() as Buffer | null;
    if (chunk === null) {
      if (request.readableEnded || request.destroyed) break;
      const more = await new Promise<boolean>((resolve) => {
        request.once('readable', () => resolve(true)).once('close', () => resolve(false));
      });
      if (!more || request.readableLength === 0) break;
      continue;
    }
    chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('latin1');
    [, found] = /name="x-amz-credential"(?:\r\n[^\r\n]+)*\r\n\r\n([^/\r\n]+)\//i.exec(text) ?? [];
    if (found !== undefined || text.length > maxFormBytes) break;
  }
  request.unshift(Buffer.concat(chunks));
  return found;
}
