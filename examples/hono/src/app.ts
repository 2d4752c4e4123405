import { randomUUID } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { isUploadError, receiveUpload, serveFolder, serveObject } from '@anybucket/http';
import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Creates an application that stores photos in one bucket and serves a site from another. */
export function createApp(photos: Bucket, site: Bucket): Hono {
  const app = new Hono();
  const pages = serveFolder(site, { trusted: true, notFound: '404.html' });

  app.onError((error, context) => {
    if (!isUploadError(error) && !isStorageError(error)) throw error;
    return context.json({ code: error.code }, (error.status ?? 502) as ContentfulStatusCode);
  });
  app.post('/photos', async (context) => {
    const options = { key: () => randomUUID(), maxFileSize: 5_000_000, types: ['image/*'] };
    const { files } = await receiveUpload(context.req.raw, photos, options);
    return context.json(files, 201);
  });
  app.get('/photos/:key{.+}', ({ req }) => serveObject(photos, req.param('key'), req.raw));
  app.get('/*', ({ req }) => pages.fetch(req.raw));
  return app;
}
