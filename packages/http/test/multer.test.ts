import { request as sendRequest } from 'node:http';
import type { Bucket } from '@anybucket/core';
import express from 'express';
import type { ErrorRequestHandler } from 'express';
import multer from 'multer';
import { beforeEach, expect, test } from 'vitest';
import { bucketStorage } from '../src/multer.js';
import { createBucket, keysOf, startServer } from './support.js';

let bucket: Bucket;
let url: string;
let received: number;
let errors: number;

beforeEach(async () => {
  bucket = await createBucket();
  [received, errors] = [0, 0];
  const storage = bucketStorage(bucket, {
    key: (_request, { originalname }) => originalname,
    types: ['text/*'],
    onFile: (_request, { fieldname }) => {
      received++;
      return { metadata: { field: fieldname } };
    },
  });
  const app = express();
  app.post('/', multer({ storage, limits: { fileSize: 1000, files: 2 } }).array('files'), (request, response) => {
    response.json(request.files);
  });
  const onError: ErrorRequestHandler = (error: { code: string; status?: number }, _request, response, _next) => {
    errors++;
    response.status(error.status ?? 400).json({ code: error.code });
  };
  app.use(onError);
  url = await startServer(app);
});

function post(...files: readonly File[]): Promise<Response> {
  const form = new FormData();
  for (const file of files) form.append('files', file);
  return fetch(url, { method: 'POST', body: form });
}

const text = (content: string, name: string): File => new File([content], name, { type: 'text/plain' });

test('stores files and describes them in the request', async () => {
  const response = await post(text('meow', 'cat.txt'), text('woof', 'dog.txt'));
  const cat = await bucket.stat('cat.txt');
  expect(await response.json()).toMatchObject([
    { fieldname: 'files', bucket: 'files', key: 'cat.txt', size: 4, etag: cat.etag },
    { key: 'dog.txt' },
  ]);
  expect(cat).toMatchObject({ contentType: 'text/plain', metadata: { field: 'files' } });
});

test('stores nothing of a request with a file over the limit', async () => {
  const response = await post(text('meow', 'cat.txt'), text('x'.repeat(5000), 'big.txt'));
  expect([response.status, await response.json()]).toEqual([400, { code: 'LIMIT_FILE_SIZE' }]);
  await expect.poll(() => keysOf(bucket)).toEqual([]);
});

test('stores nothing of a request with a type that is not allowed', async () => {
  const response = await post(text('meow', 'cat.txt'), new File(['x'], 'a.png', { type: 'image/png' }));
  expect([response.status, await response.json()]).toEqual([415, { code: 'TypeNotAllowed' }]);
  await expect.poll(() => keysOf(bucket)).toEqual([]);
});

test('stores nothing of a request with too many files', async () => {
  const response = await post(text('1', 'a'), text('2', 'b'), text('3', 'c'));
  expect(await response.json()).toEqual({ code: 'LIMIT_FILE_COUNT' });
  await expect.poll(() => keysOf(bucket)).toEqual([]);
});

test('stores nothing of a client that disconnects', async () => {
  const request = sendRequest(url, {
    method: 'POST',
    headers: { 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': '100000' },
  });
  request.on('error', () => {});
  request.write('--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhalf');
  await expect.poll(() => received).toBe(1);
  request.destroy();
  await expect.poll(() => errors).toBe(1);
  expect(await keysOf(bucket)).toEqual([]);
});

test('rejects an unknown option', () => {
  const options = { key: () => 'a', type: ['image/*'] };
  expect(() => bucketStorage(bucket, options)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
});
