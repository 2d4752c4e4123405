import 'reflect-metadata';
import { MemoryDatastore } from '@anybucket/backend-memory';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppModule } from '../src/app.module.js';
import { DATASTORE } from '../src/storage.module.js';

let store: MemoryDatastore;
let app: INestApplication;
let url: string;

beforeEach(async () => {
  store = new MemoryDatastore();
  const testingModule = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(DATASTORE)
    .useValue(store)
    .compile();
  app = testingModule.createNestApplication({ logger: false });
  await app.listen(0);
  url = `${await app.getUrl()}/photos`.replace('[::1]', 'localhost');
});

afterEach(() => app.close());

function post(content: string, type: string): Promise<Response> {
  const form = new FormData();
  form.append('photo', new File([content], 'cat.png', { type }));
  return fetch(url, { method: 'POST', body: form });
}

test('stores a photo and serves it', async () => {
  const created = await post('pixels', 'image/png');
  expect(created.status).toBe(201);
  const [{ key }] = (await created.json()) as [{ key: string }];
  const photo = await fetch(`${url}/${key}`);
  expect([photo.headers.get('content-type'), await photo.text()]).toEqual(['image/png', 'pixels']);
});

test('refuses other types', async () => {
  const response = await post('<script>', 'text/html');
  expect([response.status, await response.json()]).toEqual([415, { code: 'TypeNotAllowed' }]);
  expect(await store.bucket('photos').listFilename()).toEqual([]);
});

test('closes the datastore with the application', async () => {
  await app.close();
  await expect(store.list()).rejects.toMatchObject({ code: 'DatastoreClosed' });
});
