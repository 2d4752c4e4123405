import { replaceHeader } from '../protocol/object-headers.js';
import type { QueryParameters } from '../protocol/query-parameters.js';

/** Query parameters that replace a header of the response. */
const overrides: ReadonlyMap<string, string> = new Map([
  ['response-content-type', 'Content-Type'],
  ['response-content-language', 'Content-Language'],
  ['response-expires', 'Expires'],
  ['response-cache-control', 'Cache-Control'],
  ['response-content-disposition', 'Content-Disposition'],
  ['response-content-encoding', 'Content-Encoding'],
]);

/** Replaces the headers that the request names by `response-*` parameters. */
export function applyOverrides(headers: string[], query: QueryParameters): void {
  if (query.isEmpty) return;
  for (const [name, value] of query) {
    const header = overrides.get(name.toLowerCase());
    if (header !== undefined) replaceHeader(headers, header, value);
  }
}
