/** The headers of a request by lower-case name. The values of a repeated header are joined by `,`. */
export type RequestHeaders = ReadonlyMap<string, string>;

/** Reads the headers of a request in one pass. The `headers` of Node drop repeated ones, which a signature covers. */
export function readRequestHeaders(rawHeaders: readonly string[]): RequestHeaders {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const previous = headers.get(name);
    headers.set(name, previous === undefined ? value : `${previous},${value}`);
  }
  return headers;
}

/** Decodes a header value that contains UTF-8. Node returns each byte as one character. */
export function decodeUtf8Header(value: string): string {
  return /[\x80-\xff]/.test(value) ? Buffer.from(value, 'latin1').toString() : value;
}

/** Encodes a header value as UTF-8, in the form that Node writes unchanged. */
export function encodeUtf8Header(value: string): string {
  return /[^\0-\x7f]/.test(value) ? Buffer.from(value).toString('latin1') : value;
}
