import type { IncomingHttpHeaders } from 'node:http';

/** Returns a request header by its lower-case name. */
export type RequestHeaders = (name: string) => string | undefined;

/** The part of a request that determines the response. */
export interface HttpRequest {
  readonly method: string;
  readonly header: RequestHeaders;
}

/** Returns the headers of a web request. */
export function webHeaders(headers: Headers): RequestHeaders {
  return (name) => headers.get(name) ?? undefined;
}

/** Returns the headers of a Node request. */
export function nodeHeaders(headers: IncomingHttpHeaders): RequestHeaders {
  return (name) => {
    const value = headers[name];
    return typeof value === 'object' ? value.join(', ') : value;
  };
}
