import type { ObjectInfo } from '@anybucket/core';
import { contentDisposition, toHttpDate } from '@anybucket/core/backend';
import type { ObjectHeaderOptions } from './options.js';

type Headers = Record<string, string>;

const defaultCacheControl = 'no-cache';

/** No scripts, no requests, an origin of its own. */
const sandboxPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Content types that browsers display as documents with scripts. Deliberately broad: the policy does not affect other types. */
const activeType = /html|xml|svg|xsl|multipart\/|message\//i;

/** Returns the headers of a response with the object, without those of its length. */
export function objectHeaders(key: string, info: ObjectInfo, options: ObjectHeaderOptions): Headers {
  const contentType = options.contentType ?? info.contentType;
  const headers: Headers = {
    'Content-Type': contentType,
    ETag: `"${info.etag}"`,
    'Last-Modified': toHttpDate(info.lastModified),
    'Accept-Ranges': 'bytes',
    ...cacheHeaders(info, options),
    'X-Content-Type-Options': 'nosniff',
  };
  const disposition = dispositionOf(key, options) ?? info.contentDisposition;
  if (disposition !== undefined) headers['Content-Disposition'] = disposition;
  if (info.contentEncoding !== undefined) headers['Content-Encoding'] = info.contentEncoding;
  if (info.contentLanguage !== undefined) headers['Content-Language'] = info.contentLanguage;
  if (options.trusted !== true && activeType.test(contentType)) headers['Content-Security-Policy'] = sandboxPolicy;
  return withOwnHeaders(headers, info, options);
}

/** Returns the headers of a 304, those that RFC 9110, 15.4.5 requires. */
export function notModifiedHeaders(info: ObjectInfo, options: ObjectHeaderOptions): Headers {
  const headers = { ETag: `"${info.etag}"`, ...cacheHeaders(info, options) };
  const own = ownHeaders(info, options);
  // Of these, the ones that a cache stores again.
  const names = Object.keys(own).filter((name) =>
    /^(?:cache-control|content-location|expires|vary|access-control-|timing-allow-origin)/i.test(name),
  );
  return setHeaders(headers, Object.fromEntries(names.map((name) => [name, own[name] ?? ''])));
}

function cacheHeaders({ cacheControl, expires, contentEncoding }: ObjectInfo, options: ObjectHeaderOptions): Headers {
  const headers: Headers = {};
  const control = options.cacheControl ?? cacheControl ?? (expires === undefined ? defaultCacheControl : undefined);
  if (control !== undefined) headers['Cache-Control'] = control;
  if (expires !== undefined && options.cacheControl === undefined) headers['Expires'] = toHttpDate(expires);
  if (contentEncoding !== undefined) headers['Vary'] = 'Accept-Encoding';
  return headers;
}

function dispositionOf(key: string, { contentDisposition: disposition }: ObjectHeaderOptions): string | undefined {
  if (disposition === undefined || typeof disposition === 'string') return disposition;
  const { type = 'attachment', filename = key.slice(key.lastIndexOf('/', key.length - 2) + 1) } = disposition;
  return contentDisposition(type, toSafeName(filename));
}

/** Replaces what a header or a file system does not accept: control characters, slashes, lone surrogates, and the names `.` and `..`. */
function toSafeName(name: string): string {
  return name.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f/\\]|^\.{1,2}$/g, '_');
}

function ownHeaders(info: ObjectInfo, { headers }: ObjectHeaderOptions): Readonly<Record<string, string>> {
  return typeof headers === 'function' ? headers(info) : (headers ?? {});
}

function withOwnHeaders(headers: Headers, info: ObjectInfo, options: ObjectHeaderOptions): Headers {
  return options.headers === undefined ? headers : setHeaders(headers, ownHeaders(info, options));
}

/** Sets headers by names in any case. */
function setHeaders(headers: Headers, added: Readonly<Record<string, string>>): Headers {
  const result = { ...headers };
  for (const [name, value] of Object.entries(added)) {
    const existing = Object.keys(result).find((other) => other.toLowerCase() === name.toLowerCase());
    if (existing !== undefined) delete result[existing];
    result[name] = value;
  }
  return result;
}
