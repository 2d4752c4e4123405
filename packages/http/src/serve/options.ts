import type { ObjectInfo } from '@anybucket/core';

/** Response headers of an object: the defaults, and replacements for what is stored. */
export interface ObjectHeaderOptions {
  /** Replaces the stored content type. */
  readonly contentType?: string | undefined;
  /** Replaces the stored `Cache-Control`. @defaultValue the stored one, or `no-cache`: clients revalidate by ETag */
  readonly cacheControl?: string | undefined;
  /**
   * Replaces the stored `Content-Disposition`: the header, or the file name under which browsers save the object. The name may be any text;
   * control characters and slashes are replaced. Without `filename`, it is the last segment of the key.
   */
  readonly contentDisposition?:
    string | { readonly type?: 'attachment' | 'inline' | undefined; readonly filename?: string | undefined } | undefined;
  /**
   * Whether browsers may run the scripts of the objects. Without it, HTML, SVG and XML are displayed in a sandbox, by a
   * `Content-Security-Policy`: uploaded documents could otherwise act in the name of their readers. @defaultValue false
   */
  readonly trusted?: boolean | undefined;
  /** Further headers of responses with the object, such as `Content-Security-Policy`, which take precedence. */
  readonly headers?: Readonly<Record<string, string>> | ((info: ObjectInfo) => Readonly<Record<string, string>>) | undefined;
}

/** Options of `serveObject` and `sendObject`. */
export interface ServeOptions extends ObjectHeaderOptions {
  /** The version to serve instead of the latest one. Capability `versioning`. */
  readonly versionId?: string | undefined;
  /** The key of the object that is sent, with status 404, if there is no object. @defaultValue a line of text */
  readonly fallback?: string | undefined;
  /** Maximum number of ranges of a request. A `Range` header with more is ignored, as RFC 9110 allows. @defaultValue 16 */
  readonly maxRanges?: number | undefined;
  /** Cancels the response. The disconnection of the client does so as well. */
  readonly signal?: AbortSignal | undefined;
}
