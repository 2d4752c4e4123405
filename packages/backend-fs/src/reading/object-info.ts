import type { ObjectInfo } from '@anybucket/core';
import { toObjectInfo } from '@anybucket/core/backend';
import type { ObjectState } from './object-state.js';

/** What users see of an object. */
export function infoOf(key: string, { found, line }: ObjectState): ObjectInfo {
  const { etag, modified, attributes, tags } = line;
  return toObjectInfo(key, { size: found.size, etag, lastModified: modified * 1000, attributes, tags });
}
