import type { ObjectInfo, ReadConditions, Tags, WriteConditions } from '@anybucket/core';
import { decodeMetadataValue, defaultContentType, encodeMetadataValue, unquoteEtag } from '@anybucket/core/backend';
import type { StoredAttributes } from '@anybucket/core/backend';
import type { Answer } from '../http/answer.js';

/** Headers by their lower-case names; those that are undefined are not sent. */
export type Headers = Readonly<Record<string, string | undefined>>;

export const metadataPrefix = 'x-amz-meta-';

/** What is stored beside a body, as headers of a request. */
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

/** Tags, as the header of a request; none for no tags. */
export function tagHeader(tags: Tags): Headers {
  const pairs = Object.entries(tags).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? {} : { 'x-amz-tagging': pairs.join('&') };
}

/** Conditions of a reader, as headers. */
export function readConditionHeaders(conditions: ReadConditions | undefined, prefix = ''): Headers {
  if (conditions === undefined) return {};
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  return {
    [`${prefix}if-match`]: quoted(ifMatch),
    [`${prefix}if-none-match`]: quoted(ifNoneMatch),
    [`${prefix}if-modified-since`]: ifModifiedSince?.toUTCString(),
    // An ETag that matches says more than a time does; servers differ when they get both.
    [`${prefix}if-unmodified-since`]: ifMatch === undefined ? ifUnmodifiedSince?.toUTCString() : undefined,
  };
}

/** Conditions of a writer, as headers. */
export function writeConditionHeaders(conditions: WriteConditions | undefined): Headers {
  return { 'if-match': quoted(conditions?.ifMatch), 'if-none-match': quoted(conditions?.ifNoneMatch) };
}

/**
 * What the head of an answer tells of an object.
 * @param size bytes of the whole object.
 */
export function infoOf(key: string, answer: Answer, size: number): ObjectInfo {
  const expires = answer.header('expires');
  const expiresAt = expires === undefined ? undefined : new Date(expires);
  const tagCount = Number(answer.header('x-amz-tagging-count') ?? 0);
  return {
    key,
    size,
    etag: unquoteEtag(answer.header('etag') ?? ''),
    lastModified: new Date(answer.header('last-modified') ?? 0),
    contentType: answer.header('content-type') ?? defaultContentType,
    metadata: metadataOf(answer),
    ...present('cacheControl', answer.header('cache-control')),
    ...present('contentDisposition', answer.header('content-disposition')),
    ...present('contentEncoding', answer.header('content-encoding')),
    ...present('contentLanguage', answer.header('content-language')),
    ...present('expires', expiresAt === undefined || Number.isNaN(expiresAt.getTime()) ? undefined : expiresAt),
    ...present('tagCount', tagCount > 0 ? tagCount : undefined),
    ...present('versionId', answer.header('x-amz-version-id')),
  };
}

/** A property, where there is something to hold. */
export function present<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [N in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [N in Name]?: Value });
}

function metadataOf(answer: Answer): Record<string, string> {
  const names = Object.keys(answer.headers).filter((name) => name.startsWith(metadataPrefix));
  return Object.fromEntries(names.map((name) => [name.slice(metadataPrefix.length), decodeMetadataValue(answer.header(name) ?? '')]));
}

function quoted(etag: string | undefined): string | undefined {
  return etag === undefined || etag === '*' ? etag : `"${etag}"`;
}
