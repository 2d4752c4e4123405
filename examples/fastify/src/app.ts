import { randomUUID } from 'node:crypto';
import { isStorageError } from '@anybucket/core';
import type { Bucket } from '@anybucket/core';
import { sendObject } from '@anybucket/http';
import multipart from '@fastify/multipart';
import type { MultipartFile } from '@fastify/multipart';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';

const maxPhotoBytes = 5_000_000;

/** Creates an application that stores photos in a bucket. */
export async function createApp(photos: Bucket): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(multipart, { limits: { fileSize: maxPhotoBytes, files: 1 } });
  app.setErrorHandler((error, _request, reply) => {
    if (!isStorageError(error)) return reply.send(error);
    return reply.status(error.status ?? 502).send({ code: error.code });
  });

  app.post('/photos', async (request, reply) => {
    const photo = await request.file();
    if (photo === undefined) return reply.status(400).send({ code: 'NoFile' });
    if (!photo.mimetype.startsWith('image/')) {
      // The parser waits for each file to be read.
      photo.file.resume();
      return reply.status(415).send({ code: 'TypeNotAllowed' });
    }
    const key = randomUUID();
    try {
      const { etag } = await photos.put(key, completeFile(photo.file), { contentType: photo.mimetype });
      return await reply.status(201).send({ key, etag });
    } catch (error) {
      if (photo.file.truncated) return reply.status(413).send({ code: 'FileTooLarge' });
      throw error;
    }
  });

  app.get<{ Params: { '*': string } }>('/photos/*', async (request, reply) => {
    reply.hijack();
    await sendObject(photos, request.params['*'], request.raw, reply.raw);
  });
  return app;
}

/** Fails at the end of a file that the parser has cut at its limit, so that it is not stored. */
async function* completeFile(file: MultipartFile['file']): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of file) yield chunk as Uint8Array;
  if (file.truncated) throw new Error('the file exceeds the limit');
}
