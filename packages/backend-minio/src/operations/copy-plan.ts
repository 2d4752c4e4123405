import type { ObjectInfo } from '@anybucket/core';
import type { CopyCall, CopySource, StoredAttributes } from '@anybucket/core/backend';
import { encodeStrictly } from '../http/encode-strictly.js';
import { readConditionHeaders } from '../wire/object-headers.js';
import type { Headers } from '../wire/object-headers.js';

/** A copy's two ends. */
export interface CopyPlan {
  readonly bucket: string;
  readonly key: string;
  readonly source: CopySource;
  readonly call: CopyCall;
  /** Of the source, when it was looked at. */
  readonly info: ObjectInfo;
  /** The source must still be what was looked at: something of it is sent along, or it is read in parts. */
  readonly pinned: boolean;
}

/** Where a copy comes from, and what must hold of it. */
export function sourceHeaders({ source, info, pinned }: CopyPlan): Headers {
  const version = source.versionId === undefined ? '' : `?versionId=${encodeStrictly(source.versionId)}`;
  return {
    'x-amz-copy-source': encodeStrictly(`/${source.bucket}/${source.key}`).replaceAll('%2F', '/') + version,
    ...readConditionHeaders(pinned ? { ifMatch: info.etag } : source.conditions, 'x-amz-copy-source-'),
  };
}

/** What the copy is to carry, when it can't be left to the server. */
export function attributesOf(info: ObjectInfo): StoredAttributes {
  const { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires, metadata } = info;
  return { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires, metadata };
}
