import type { Question } from './question.js';
import type { Thing } from './world.js';

/** What `stat` tells of an object. */
export function infoOf(question: Question, key: string, thing: Thing): Record<string, unknown> {
  const tagCount = Object.keys(thing.tags).length;
  const { expires, ...headers } = thing.headers;
  return {
    key,
    size: thing.bytes.length,
    etag: thing.etag,
    lastModified: thing.lastModified,
    ...headers,
    metadata: thing.metadata,
    ...(expires === undefined ? {} : { expires: expires.toISOString() }),
    ...(tagCount > 0 && question.may('tags') ? { tagCount } : {}),
  };
}

/** What a listing tells of an object. */
export function listedOf(key: string, { bytes, etag, lastModified, headers, metadata }: Thing, rich: boolean): Record<string, unknown> {
  const summary = { key, size: bytes.length, etag, lastModified };
  return rich ? { ...summary, contentType: headers.contentType, metadata } : summary;
}
