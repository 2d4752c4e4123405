import type { ObjectInfo, ReadConditions, Tags, WriteConditions } from '@anybucket/core';
import { decodeMetadataValue, defaultContentType, encodeMetadataValue, unquoteEtag } from '@anybucket/core/backend';
import type { StoredAttributes } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { readChecksum } from './checksums.js';
import { protocolError, quoteValue } from './protocol-error.js';

/** Request headers by lower-case name. Undefined ones are omitted. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** Stands for a missing `last-modified`. */
const epoch = new Date(0).toUTCString();

export const metadataPrefix = 'x-amz-meta-';

/** Returns the headers that store the attributes of an object. */
export function attributeHeaders(attributes: StoredAttributes): Headers {
  const headers: Record<string, string | undefined> = {
    'content-type': attributes.contentType,
    'cache-control': attributes.cacheControl,
    'content-disposition': attributes.contentDisposition,
    'content-encoding': attributes.contentEncoding,
    'content-language': attributes.contentLanguage,
    expires: attributes.expires?.toUTCString(),
  };
  for (const [name, value] of Object.entries(attributes.metadata)) headers[metadataPrefix + name] = encodeMetadataValue(value);
  return headers;
}

/** Returns the `x-amz-tagging` header, or no header when there are no tags. */
export function tagHeader(tags: Tags): Headers {
  const pairs = Object.entries(tags).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? {} : { 'x-amz-tagging': pairs.join('&') };
}

/** @param prefix prepended to each name, for the source of a copy. */
export function readConditionHeaders(conditions: ReadConditions | undefined, prefix = ''): Headers {
  if (conditions === undefined) return {};
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  return {
    [`${prefix}if-match`]: quoteEtag(ifMatch),
    [`${prefix}if-none-match`]: quoteEtag(ifNoneMatch),
    [`${prefix}if-modified-since`]: ifModifiedSince?.toUTCString(),
    // A matching ETag overrides the time. Servers differ when both are sent.
    [`${prefix}if-unmodified-since`]: ifMatch === undefined ? ifUnmodifiedSince?.toUTCString() : undefined,
  };
}

/** @param prefix prepended to each name. */
export function writeConditionHeaders(conditions: WriteConditions | undefined, prefix = ''): Headers {
  return { [`${prefix}if-match`]: quoteEtag(conditions?.ifMatch), [`${prefix}if-none-match`]: quoteEtag(conditions?.ifNoneMatch) };
}

/**
 * Reads the metadata of an object from the headers of a response.
 * @param size bytes of the whole object, which differ from `content-length` in the response to a range request.
 */
export function readObjectInfo(key: string, response: HttpResponse, size: number): ObjectInfo {
  const expires = response.header('expires');
  const expiresDate = expires === undefined ? undefined : new Date(expires);
  const tagCount = Number(response.header('x-amz-tagging-count') ?? 0);
  return {
    key,
    size,
    etag: unquoteEtag(response.header('etag') ?? ''),
    lastModified: readDate(response.header('last-modified') ?? epoch, response),
    contentType: response.header('content-type') ?? defaultContentType,
    metadata: readMetadata(response),
    ...optionalProperty('cacheControl', response.header('cache-control')),
    ...optionalProperty('contentDisposition', response.header('content-disposition')),
    ...optionalProperty('contentEncoding', response.header('content-encoding')),
    ...optionalProperty('contentLanguage', response.header('content-language')),
    ...optionalProperty('expires', expiresDate === undefined || Number.isNaN(expiresDate.getTime()) ? undefined : expiresDate),
    ...optionalProperty('tagCount', tagCount > 0 ? tagCount : undefined),
    ...readObjectVersionId(response),
    ...readChecksum(response),
  };
}

/** Returns the ETag that a response must contain. @throws `InternalError` */
export function requireEtag(etag: string | undefined, response: HttpResponse): string {
  if (etag === undefined || unquoteEtag(etag) === '') throw protocolError('the response to a write has no ETag', response);
  return etag;
}

/** @throws `InternalError` for a text that is not a date. */
export function readDate(text: string | undefined, response: HttpResponse): Date {
  const date = new Date(text ?? '');
  if (Number.isNaN(date.getTime())) throw protocolError(`expected a date, got ${quoteValue(text)}`, response);
  return date;
}

/** The internal ids of objects on Garage, which has no versions. */
const garageId = /^[0-9a-f]{64}$/;

/** Returns the version id of the object that a response is about, if its bucket is versioned. */
export function readVersionId(response: HttpResponse): { readonly versionId?: string } {
  return optionalProperty('versionId', toVersionId(response.header('x-amz-version-id')));
}

/** Returns undefined for an id that is not that of a version. */
export function toVersionId(id: string | undefined): string | undefined {
  return id !== undefined && garageId.test(id) ? undefined : id;
}

/** As {@link readVersionId}, for an object: MinIO does not name the version `null`, which other servers do. */
function readObjectVersionId(response: HttpResponse): { readonly versionId?: string } {
  const { versionId } = readVersionId(response);
  return versionId === undefined || versionId === 'null' ? {} : { versionId };
}

function optionalProperty<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]?: Value });
}

/** Returns the metadata, sorted by name: MinIO sends it in random order. */
function readMetadata(response: HttpResponse): Record<string, string> {
  const names = Object.keys(response.headers)
    .filter((name) => name.startsWith(metadataPrefix))
    .sort();
  return Object.fromEntries(names.map((name) => [name.slice(metadataPrefix.length), decodeMetadataValue(response.header(name) ?? '')]));
}

function quoteEtag(etag: string | undefined): string | undefined {
  return etag === undefined || etag === '*' ? etag : `"${etag}"`;
}
