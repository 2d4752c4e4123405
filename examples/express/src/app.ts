import { randomUUID } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { isUploadError, sendObject, serveFolder } from '@anybucket/http';
import { bucketStorage } from '@anybucket/http/multer';
import express from 'express';
import type { ErrorRequestHandler, Express } from 'express';
import multer from 'multer';

const maxPhotoBytes = 5_000_000;

/** Creates an application that stores photos in one bucket and serves a site from another. */
export function createApp(photos: Bucket, site: Bucket): Express {
  const storage = bucketStorage(photos, { key: () => randomUUID(), types: ['image/*'] });
  const upload = multer({ storage, limits: { fileSize: maxPhotoBytes, files: 1 } });
  const app = express();

  app.post('/photos', upload.single('photo'), (request, response) => {
    response.status(201).json(request.file);
  });
  app.get('/photos/*key', (request, response) => sendObject(photos, request.params.key.join('/'), request, response));
  app.use(serveFolder(site, { trusted: true, notFound: '404.html' }).handle);
  app.use(onError);
  return app;
}

const onError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) next(error);
  else if (isUploadError(error)) response.status(error.status).json({ code: error.code });
  else if (error instanceof multer.MulterError) response.status(error.code === 'LIMIT_FILE_SIZE' ? 413 : 400).json({ code: error.code });
  else if (isStorageError(error)) response.status(error.status ?? 502).json({ code: error.code });
  else next(error);
};
