// HTTP servers of files, each in a process of its own: this library and the usual middleware of three frameworks.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { FsDatastore } from '@anybucket/backend-fs';
import { scratchFolder } from '../support/scratch-folder.mjs';
import { HttpConnection } from '../support/http-connection.mjs';

/** The size of each object in bytes, by key. */
const objects = { small: 4096, large: 2 ** 20 };

const program = fileURLToPath(new URL('../support/http-server.mjs', import.meta.url));
const connectionCount = 8;

let folder;

/** Creates the files that all servers serve. */
async function createFolder() {
  const root = scratchFolder();
  const datastore = new FsDatastore({ root });
  await datastore.createBucket('bench');
  for (const [key, size] of Object.entries(objects)) await datastore.bucket('bench').put(key, Buffer.alloc(size, 'anybucket'));
  await datastore.close();
  return root;
}

/** @param hasEtags whether the server answers conditional requests. */
const contender = (name, hasEtags = true) => ({
  name,
  async open() {
    folder ??= createFolder();
    const child = fork(program, [name, await folder]);
    process.on('exit', () => child.kill());
    const [port] = await once(child, 'message');
    const connections = Array.from({ length: connectionCount }, () => new HttpConnection(port));
    return { connections, hasEtags, pid: child.pid };
  },
});

/** This library and the middleware it is compared with, per framework. */
export const pairs = [
  [contender('anybucket, node:http'), contender('send')],
  [contender('anybucket, Fastify'), contender('@fastify/static')],
  [contender('anybucket, Hono'), contender('serveStatic', false)],
];
