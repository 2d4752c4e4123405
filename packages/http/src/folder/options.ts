import type { ObjectHeaderOptions } from '../serve/options.js';

/** Options of `serveFolder`. */
export interface FolderOptions extends Omit<ObjectHeaderOptions, 'cacheControl' | 'contentType'> {
  /** The part of the bucket that is served, such as `site/`. Keys outside it cannot be reached. @defaultValue the whole bucket */
  readonly prefix?: string | undefined;
  /** The path of the URL that is removed from web requests, such as `/downloads`. Express removes it by itself. @defaultValue '/' */
  readonly basePath?: string | undefined;
  /** The object of a path that ends in `/`, or false. @defaultValue 'index.html' */
  readonly index?: string | false | undefined;
  /**
   * The object, relative to `prefix`, that is sent with status 200 for unknown paths, such as `index.html` of an application with client-side
   * routing. Paths whose last segment has an extension remain 404. @defaultValue none
   */
  readonly spa?: string | undefined;
  /** The object, relative to `prefix`, that is sent with status 404. @defaultValue a line of text */
  readonly notFound?: string | undefined;
  /** Whether a path that ends in `/` lists its objects, in HTML, or in JSON if the client prefers that. @defaultValue false */
  readonly listing?: boolean | undefined;
  /** Whether segments that begin with `.`, apart from `.well-known`, are served and listed. @defaultValue false */
  readonly hidden?: boolean | undefined;
  /** Replaces the stored `Cache-Control`; a function receives the path relative to `prefix`. @defaultValue the stored one, or `no-cache` */
  readonly cacheControl?: string | ((path: string) => string | undefined) | undefined;
  /** Maximum number of ranges of a request. @defaultValue 16 */
  readonly maxRanges?: number | undefined;
}
