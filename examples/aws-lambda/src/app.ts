import { randomUUID } from 'node:crypto';
import { connect } from '@anybucket/core';
import { isUploadError, receiveUpload, serveObject } from '@anybucket/http';

/** Handles a request: stores photos posted to `/photos`, and serves those below it. */
export async function app(request: Request): Promise<Response> {
  // Opened by the first request, and shared by the next ones of this instance.
  const photos = await connect('data_store/photos');
  const { pathname } = new URL(request.url);
  if (request.method === 'POST' && pathname === '/photos') {
    try {
      const options = { key: () => randomUUID(), maxFileSize: 4_000_000, types: ['image/*'] };
      const { files } = await receiveUpload(request, photos, options);
      return Response.json(files, { status: 201 });
    } catch (error) {
      if (!isUploadError(error)) throw error;
      return Response.json({ code: error.code }, { status: error.status });
    }
  }
  const key = keyOf(pathname);
  return key === undefined ? new Response('not found\n', { status: 404 }) : serveObject(photos, key, request);
}

/** Returns the key of a path below `/photos`. */
function keyOf(pathname: string): string | undefined {
  try {
    return /^\/photos\/(.+)$/.exec(decodeURIComponent(pathname))?.[1];
  } catch {
    // A malformed escape sequence.
    return undefined;
  }
}
