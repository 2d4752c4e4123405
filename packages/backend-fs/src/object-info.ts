import type { ObjectInfo } from '@anybucket/core';
import type { ObjectState } from './objects.js';

/** What users see of an object. All of it is new: a record is decoded at each call. */
export function infoOf(key: string, { found, line }: ObjectState): ObjectInfo {
  const { etag, modified, attributes, tags } = line;
  const tagCount = Object.keys(tags).length;
  // A decoded line has no field that is undefined.
  return {
    key,
    size: found.size,
    etag,
    lastModified: new Date(modified * 1000),
    ...attributes,
    ...(tagCount === 0 ? {} : { tagCount }),
  } as ObjectInfo;
}
