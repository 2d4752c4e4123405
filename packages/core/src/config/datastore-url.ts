import { wrongSetting } from './config-error.js';
import type { Origin } from './config-error.js';

/** The parts of a datastore's URL, percent-decoded. A part that is absent or empty is undefined. */
export interface UrlParts {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly path: string | undefined;
  readonly query: ReadonlyMap<string, string>;
}

const shape = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/is;
const authorityShape = /^(?:(.*)@)?(\[[0-9a-f:.]+\]|[^:@[\]\s]*)(?::(\d*))?$/is;

/** The scheme of a URL in lower case, or undefined for what is no URL. */
export function schemeOf(url: string): string | undefined {
  return shape.exec(url)?.[1]?.toLowerCase();
}

/**
 * Takes a datastore's URL apart. By our own hand, since Node's `ERR_INVALID_URL` carries the whole URL, credentials included; the errors here
 * carry nothing of it.
 * @param form how such a URL looks, for people.
 * @throws `ConfigError`
 */
export function parseDatastoreUrl(url: string, form: string, origin: Origin): UrlParts {
  const refuse = (found: string): never => {
    throw wrongSetting(origin, `a URL like ${form}`, found);
  };
  const [, , authority = '', path = '', query = ''] = shape.exec(url) ?? refuse('no URL');
  // An `@` behind the authority means that a raw `/` or `?` in the credentials has cut it short.
  if (authority !== '' && /@/.test(path + query))
    refuse('an `@` behind the host: write `/`, `?`, `@` and `%` in credentials percent-encoded');
  const [, credentials = '', host, port] = authorityShape.exec(authority) ?? refuse('a host or port that is none');
  const colon = credentials.indexOf(':');
  const decode = (text: string | undefined): string | undefined => {
    if (text === undefined || text === '') return undefined;
    try {
      return decodeURIComponent(text);
    } catch {
      return refuse('a `%` that begins no percent-encoded character (write it as %25)');
    }
  };
  return {
    user: decode(colon === -1 ? credentials : credentials.slice(0, colon)),
    password: decode(colon === -1 ? undefined : credentials.slice(colon + 1)),
    host: decode(host),
    port: decode(port),
    path: decode(path),
    query: parseQuery(query, decode, refuse),
  };
}

function parseQuery(query: string, decode: (text: string) => string | undefined, refuse: (found: string) => never): Map<string, string> {
  const values = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    if (equals === -1 || name === undefined) return refuse('a part of the query that is not `name=value`');
    if (values.has(name)) return refuse('a name that the query gives twice');
    values.set(name, decode(pair.slice(equals + 1)) ?? '');
  }
  return values;
}
