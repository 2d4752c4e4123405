import { OpenBody } from '../../src/body/open-body.js';
import { StoredObject } from '../../src/body/stored-object.js';
import type { ObjectInfo } from '../../src/api/object-info.js';
import { TestRegistry } from './streams.js';
import type { TestStream } from './streams.js';

/** The body of the objects in the tests of `StoredObject`. */
export const content = '{"n":"wörld"}';
/** The chunks of the body. */
export const parts = [content.slice(0, 4), '', content.slice(4, 7), content.slice(7)];
export const size = Buffer.byteLength(content);
export const info: ObjectInfo = { key: 'k', size, etag: 'e', lastModified: new Date(0), contentType: 'application/json', metadata: {} };

/** Options of {@link openObject}. */
export interface OpenOptions {
  readonly registry?: TestRegistry;
  readonly signal?: AbortSignal;
  readonly length?: number;
}

/** Creates a stored object with the body. */
export function openObject(
  body: Uint8Array | TestStream,
  { registry = new TestRegistry(), signal, length = size }: OpenOptions = {},
): StoredObject {
  return new StoredObject(info, undefined, new OpenBody(body, length, registry, signal, (error) => error));
}
