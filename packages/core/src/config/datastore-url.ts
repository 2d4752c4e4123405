import { invalidSetting } from './config-error.js';
import type { Origin } from './config-error.js';

/** The parts of a datastore URL, percent-decoded. A part that is absent or empty is undefined. */
export interface UrlParts {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly path: string | undefined;
  readonly query: ReadonlyMap<string, string>;
}

const urlPattern = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/is;
const authorityPattern = /^(?:(.*)@)?(\[[0-9a-f:.]+\]|[^:@[\]\s]*)(?::(\d*))?$/is;

/** Returns the scheme of a URL in lower case, or undefined when the string is not a URL. */
export function schemeOf(url: string): string | undefined {
  return urlPattern.exec(url)?.[1]?.toLowerCase();
}

/**
 * Parses a datastore URL. `new URL` is not used because its `ERR_INVALID_URL` contains the whole URL, including credentials.
 * @param form the expected form, for errors.
 * @throws `ConfigError` that contains nothing of the URL.
 */
export function parseDatastoreUrl(url: string, form: string, origin: Origin): UrlParts {
  const reject = (found: string): never => {
    throw invalidSetting(origin, `a URL like ${form}`, found);
  };
  const [, , authority = '', path = '', query = ''] = urlPattern.exec(url) ?? reject('no URL');
  // An `@` after the authority: a raw `/` or `?` in the credentials has ended the authority early.
  if (authority !== '' && /@/.test(path + query)) reject('an `@` after the host: percent-encode `/`, `?`, `@` and `%` in credentials');
  const [, credentials = '', host, port] = authorityPattern.exec(authority) ?? reject('an invalid host or port');
  const colon = credentials.indexOf(':');
  const decode = (text: string | undefined): string | undefined => {
    if (text === undefined || text === '') return undefined;
    try {
      return decodeURIComponent(text);
    } catch {
      return reject('a `%` that does not begin a percent-encoded character (write it as %25)');
    }
  };
  return {
    user: decode(colon === -1 ? credentials : credentials.slice(0, colon)),
    password: decode(colon === -1 ? undefined : credentials.slice(colon + 1)),
    host: decode(host),
    port: decode(port),
    path: decode(path),
    query: parseQuery(query, decode, reject),
  };
}

function parseQuery(query: string, decode: (text: string) => string | undefined, reject: (found: string) => never): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    if (equals === -1 || name === undefined) return reject('a query part that is not `name=value`');
    if (values.has(name)) return reject('a query with the same name twice');
    values.set(name, decode(pair.slice(equals + 1)) ?? '');
  }
  return values;
}
