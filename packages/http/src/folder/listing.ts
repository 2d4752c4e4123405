import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import type { HttpRequest } from '../serve/http-request.js';
import { contentReply, textReply } from '../serve/reply.js';
import type { Reply } from '../serve/reply.js';
import { isHidden, isReachable } from './request-path.js';

const pageSize = 1000;

/** An entry of a listing, as in its JSON form. */
interface Entry {
  /** Relative to the folder; that of a folder ends in `/`. */
  readonly name: string;
  /** In bytes. Absent for a folder. */
  readonly size?: number;
  /** ISO 8601. Absent for a folder. */
  readonly lastModified?: string;
}

/** Creates a page of the listing of a folder. Returns undefined if nothing is in it. */
export async function listingReply(
  bucket: Bucket,
  prefix: string,
  { path, query }: { readonly path: string; readonly query: string },
  request: HttpRequest,
  allowHidden: boolean,
  signal: AbortSignal | undefined,
): Promise<Reply | undefined> {
  const folder = prefix + path;
  const token = new URLSearchParams(query).get('after') ?? undefined;
  const page = await listPage(bucket, folder, token, signal);
  if (page === undefined) return textReply(400, request.method);
  const entries = page.entries
    .map((entry): Entry => {
      const name = entry.key.slice(folder.length);
      return entry.isPrefix === true ? { name } : { name, size: entry.size, lastModified: entry.lastModified.toISOString() };
    })
    // A key that ends in `/` is the folder itself, and has an empty name. No path leads to `a//b` or `../a`.
    .filter(({ name }) => isReachable(name.replace(/\/$/, '')) && (allowHidden || !isHidden(name)));
  if (entries.length === 0 && page.nextToken === undefined && token === undefined && path !== '') return undefined;
  const headers = { 'Cache-Control': 'no-cache', Vary: 'Accept' };
  if (prefersJson(request.header('accept'))) {
    const body = JSON.stringify({ path: `/${path}`, entries, ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }) });
    return contentReply(200, request.method, Buffer.from(body), { 'Content-Type': 'application/json', ...headers });
  }
  const body = Buffer.from(toHtml(path, entries, page.nextToken));
  const policy = { 'Content-Security-Policy': "default-src 'none'" };
  return contentReply(200, request.method, body, { 'Content-Type': 'text/html; charset=utf-8', ...headers, ...policy });
}

/** Returns whether a folder has an object. */
export async function folderExists(bucket: Bucket, folder: string, signal: AbortSignal | undefined): Promise<boolean> {
  const { entries } = await bucket.listPage({ prefix: folder, pageSize: 1, metadata: false, signal });
  return entries.length > 0;
}

/** Returns undefined for an invalid token, which a client may have changed. */
async function listPage(bucket: Bucket, prefix: string, token: string | undefined, signal: AbortSignal | undefined) {
  try {
    return await bucket.listPage({ prefix, recursive: false, metadata: false, pageSize, token, signal });
  } catch (error) {
    if (token !== undefined && isStorageError(error, 'InvalidArgument')) return undefined;
    throw error;
  }
}

function prefersJson(accept = ''): boolean {
  const [json, html] = [accept.indexOf('application/json'), accept.indexOf('text/html')];
  return json >= 0 && (html < 0 || json < html);
}

function toHtml(path: string, entries: readonly Entry[], nextToken: string | undefined): string {
  const title = escapeHtml(`/${path}`);
  const rows = entries.map(({ name, size, lastModified }) => {
    const cells = size === undefined ? '<td></td><td></td>' : `<td>${size}</td><td>${lastModified?.replace('.000Z', 'Z') ?? ''}</td>`;
    return `<tr><td><a href="${toHref(name)}">${escapeHtml(name)}</a></td>${cells}</tr>\n`;
  });
  const parent = path === '' ? '' : '<tr><td><a href="../">../</a></td><td></td><td></td></tr>\n';
  const more = nextToken === undefined ? '' : `<p><a href="?after=${encodeURIComponent(nextToken)}">More</a></p>\n`;
  return `<!doctype html>
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
<table>
<tr><th>Name</th><th>Bytes</th><th>Modified</th></tr>
${parent}${rows.join('')}</table>
${more}`;
}

/** Returns a reference relative to the folder. Not the name alone, which could have a scheme. */
export function toHref(name: string): string {
  const isFolder = name.endsWith('/');
  return `./${encodeURIComponent(isFolder ? name.slice(0, -1) : name)}${isFolder ? '/' : ''}`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
