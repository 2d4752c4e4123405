import type { Metadata, ObjectHeaders } from '../api/object-info.js';
import { isHeaderText } from '../rules/headers.js';
import { isBlob } from '../rules/type-checks.js';
import { isStoredObject } from './stored-object.js';

/** The attributes that data brings along. The options of a put take precedence. */
export interface DataAttributes extends ObjectHeaders {
  readonly metadata?: Metadata | undefined;
}

/** Returns the type of a `Blob` or `File`, and the headers and metadata of a `StoredObject`. */
export function attributesOf(data: unknown): DataAttributes {
  if (isStoredObject(data)) return data.info;
  // Cheaper than `isBlob`, for the most common kinds of data.
  if (typeof data === 'string' || ArrayBuffer.isView(data)) return {};
  return isBlob(data) && isHeaderText(data.type) ? { contentType: data.type } : {};
}
