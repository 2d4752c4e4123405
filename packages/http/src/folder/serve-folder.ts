import type { Bucket } from '@anybucket/core';
import { describeValue, invalidArgument } from '@anybucket/core/backend';
import { requireKnownOptions } from '../known-options.js';
import type { OptionNames } from '../known-options.js';
import type { HttpRequest } from '../serve/http-request.js';
import { existingObjectReply, methodReply, missingReply } from '../serve/object-reply.js';
import type { ServeOptions } from '../serve/options.js';
import type { Reply } from '../serve/reply.js';
import { contentReply } from '../serve/reply.js';
import { nodeRequest, sendReply } from '../serve/send-object.js';
import type { NodeRequest, NodeResponse } from '../serve/send-object.js';
import { webRequest, webResponse } from '../serve/serve-object.js';
import { folderExists, listingReply, toHref } from './listing.js';
import type { FolderOptions } from './options.js';
import { parsePath } from './request-path.js';
import type { FolderPath } from './request-path.js';

const optionNames: OptionNames<FolderOptions> = {
  prefix: true,
  basePath: true,
  index: true,
  spa: true,
  notFound: true,
  listing: true,
  hidden: true,
  cacheControl: true,
  contentDisposition: true,
  trusted: true,
  headers: true,
  maxRanges: true,
};

/** Serves the objects of a folder, in two forms. Both are bound, and can be passed as they are. */
export interface FolderHandler {
  /** Returns the response to a web request. */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Responds to a request of Node, also as a middleware of Express: then errors of the store are passed to `next`, otherwise they reject.
   */
  readonly handle: (request: NodeRequest, response: NodeResponse, next?: (error: unknown) => void) => Promise<void>;
}

/**
 * Serves the objects of a bucket, or of a prefix of it, by the path of the request: a static site or downloads. Responses are those of
 * `serveObject`. A folder is redirected to its path with `/`.
 *
 * Set `trusted` for a site whose pages have scripts.
 *
 * @throws `InvalidArgument` if `prefix` does not end in `/`, or `basePath` does not begin with it; for an unknown option.
 *
 * @example
 * app.use(serveFolder(bucket, { prefix: 'site/', trusted: true, notFound: '404.html' }).handle);
 */
export function serveFolder(bucket: Bucket, options: FolderOptions = {}): FolderHandler {
  const folder = new Folder(bucket, options);
  return {
    fetch: async (request) => webResponse(await folder.reply(webRequest(request), pathOf(request.url), request.signal)),
    handle: async (request, response, next) => {
      try {
        const http = nodeRequest(request);
        await sendReply(response, undefined, (signal) => folder.reply(http, request.url ?? '/', signal));
      } catch (error) {
        if (next === undefined) throw error;
        next(error);
      }
    },
  };
}

/** Returns the path and query of a URL. */
function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

class Folder {
  readonly #bucket: Bucket;
  readonly #prefix: string;
  readonly #options: FolderOptions;

  constructor(bucket: Bucket, options: FolderOptions) {
    requireKnownOptions(options, optionNames);
    const { prefix = '', basePath = '/' } = options;
    if (typeof prefix !== 'string' || (prefix !== '' && !prefix.endsWith('/')))
      throw invalidArgument(`\`prefix\` must end in \`/\`, not ${describeValue(prefix)}`);
    if (typeof basePath !== 'string' || !basePath.startsWith('/'))
      throw invalidArgument(`\`basePath\` must begin with \`/\`, not ${describeValue(basePath)}`);
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#options = options;
  }

  async reply(request: HttpRequest, target: string, signal: AbortSignal): Promise<Reply> {
    const refused = methodReply(request);
    if (refused !== undefined) return refused;
    const { basePath = '/', hidden = false } = this.#options;
    const path = parsePath(target, basePath, hidden);
    const found = path === undefined ? undefined : await this.#find(path, request, signal);
    return found ?? missingReply(this.#bucket, request, this.#serveOptions('', signal, this.#options.notFound));
  }

  /** Returns the response with an object, a listing or a redirect. Undefined if there is none. */
  async #find(target: FolderPath, request: HttpRequest, signal: AbortSignal): Promise<Reply | undefined> {
    const { index = 'index.html', listing = false, hidden = false, spa } = this.#options;
    const { path } = target;
    const isFolder = path === '' || path.endsWith('/');
    const file = !isFolder ? path : index === false ? undefined : path + index;
    const found = file === undefined ? undefined : await this.#object(file, request, signal);
    if (found !== undefined) return found;
    if (isFolder && listing) {
      const page = await listingReply(this.#bucket, this.#prefix, target, request, hidden, signal);
      if (page !== undefined) return page;
    }
    if (!isFolder && (index !== false || listing) && (await this.#isFolder(path, signal))) return redirect(target, request);
    const isPage = !path.slice(path.lastIndexOf('/') + 1).includes('.');
    return spa !== undefined && isPage ? this.#object(spa, request, signal) : undefined;
  }

  #object(path: string, request: HttpRequest, signal: AbortSignal): Promise<Reply | undefined> {
    return existingObjectReply(this.#bucket, this.#prefix + path, request, this.#serveOptions(path, signal));
  }

  /** Returns whether a path with `/` would have an index or a listing. */
  async #isFolder(path: string, signal: AbortSignal): Promise<boolean> {
    const { index = 'index.html', listing = false } = this.#options;
    const folder = `${this.#prefix}${path}/`;
    if (listing) return folderExists(this.#bucket, folder, signal);
    return index !== false && folderExists(this.#bucket, folder + index, signal);
  }

  #serveOptions(path: string, signal: AbortSignal, notFound?: string): ServeOptions {
    const { cacheControl, contentDisposition, trusted, headers, maxRanges } = this.#options;
    return {
      cacheControl: typeof cacheControl === 'function' ? cacheControl(path) : cacheControl,
      contentDisposition,
      trusted,
      headers,
      maxRanges,
      signal,
      fallback: notFound === undefined ? undefined : this.#prefix + notFound,
    };
  }
}

/** Redirects to the path with `/`. The location is relative, so that it is independent of proxies and mount points. */
function redirect({ path, query }: FolderPath, { method }: HttpRequest): Reply {
  const location = `${toHref(`${path.slice(path.lastIndexOf('/') + 1)}/`)}${query}`;
  const headers = { Location: location, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-cache' };
  return contentReply(301, method, Buffer.from('Moved Permanently\n'), headers);
}
