/** A body that is sent while it is read from the store. */
export interface StreamedBody {
  stream(): AsyncIterableIterator<Buffer>;
  /** Like `stream`, but each chunk is valid only until the next but one is requested. */
  borrow?(): AsyncIterableIterator<Buffer>;
  /** Releases the store's connection or file. */
  cancel(): Promise<void>;
}

/** A response, independent of the framework that sends it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent for HEAD, and for a status without content. */
  readonly body?: Buffer | StreamedBody;
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  412: 'Precondition Failed',
  416: 'Range Not Satisfiable',
};

/** Creates a response with a short text. */
export function textReply(status: number, method: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const body = Buffer.from(`${reasons[status] ?? status}\n`);
  return contentReply(status, method, body, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
}

/** Creates a response with a generated body. */
export function contentReply(status: number, method: string, body: Buffer, headers: Readonly<Record<string, string>>): Reply {
  const all = { ...headers, 'Content-Length': String(body.length), 'X-Content-Type-Options': 'nosniff' };
  return method === 'HEAD' ? { status, headers: all } : { status, headers: all, body };
}
