// A server of files of one folder, in a process of its own: `node http-server.mjs NAME FOLDER`. Sends its port to the parent process.
import { createServer } from 'node:http';
import { FsDatastore } from '@anybucket/backend-fs';
import { sendObject, serveObject } from '@anybucket/http';
import fastifyStatic from '@fastify/static';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import fastify from 'fastify';
import { Hono } from 'hono';
import send from 'send';

const [name, folder] = process.argv.slice(2);
const bucket = new FsDatastore({ root: folder }).bucket('bench');
const keyOf = (url) => url.slice(1);

async function startNode(listener) {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

async function startFastify(register) {
  const app = fastify();
  await register(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server.address().port;
}

function startHono(register) {
  const app = new Hono();
  register(app);
  return new Promise((resolve) => serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port)));
}

/** The servers, each of which serves the files of the bucket. */
const servers = {
  'anybucket, node:http': () => startNode((request, response) => sendObject(bucket, keyOf(request.url), request, response)),
  send: () => startNode((request, response) => send(request, request.url, { root: `${folder}/bench` }).pipe(response)),
  'anybucket, Fastify': () =>
    startFastify((app) =>
      app.get('/*', (request, reply) => {
        reply.hijack();
        return sendObject(bucket, request.params['*'], request.raw, reply.raw);
      }),
    ),
  '@fastify/static': () => startFastify((app) => app.register(fastifyStatic, { root: `${folder}/bench` })),
  'anybucket, Hono': () => startHono((app) => app.get('/:key', ({ req }) => serveObject(bucket, req.param('key'), req.raw))),
  serveStatic: () => startHono((app) => app.get('/*', serveStatic({ root: `${folder}/bench` }))),
};

process.send(await servers[name]());
