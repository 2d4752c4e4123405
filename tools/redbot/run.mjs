// Checks the responses of @anybucket/http with REDbot (https://redbot.org), which sends conditional and range requests: `npm run redbot`.
// Needs `redbot` on the PATH: `pipx install redbot==2.7.1`. Fails if REDbot reports anything but the notes below.
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { sendObject, serveObject } from '@anybucket/http';
import { getRequestListener } from '@hono/node-server';

if (spawnSync('redbot', ['--help']).status !== 0) {
  console.log('SKIPPED: `redbot` is not on the PATH (pipx install redbot==2.7.1).');
  process.exit(0);
}

const validation = ['If-None-Match conditional requests are supported.', 'If-Modified-Since conditional requests are supported.'];
const ranges = ['A ranged request returned the correct partial content.'];
const length = ['The Content-Length header is correct.'];
const complete = [...length, ...validation, ...ranges];

/** Notes that are no defects. REDbot describes a response by notes as well. */
const accepted = [
  /^The Keep-Alive header is deprecated/, // Of node:http.
  /^The resource last changed/,
  /^The server's clock is correct/,
  /^The resource could not be found/,
  /^This response (?:allows all caches to store|cannot be served from cache without|is fresh for|instructs browsers not to|has already been)/,
  /^This response (?:sets a Content Security Policy|cannot be stored by caches)/,
  /^Inline scripts are allowed/, // The policy allows inline styles only.
  /^In exceptional circumstances, caches can serve this response stale/,
];

/** Notes about an object that is stored compressed, and is sent so to all clients. REDbot takes that for negotiation. */
const acceptedIfEncoded = [
  /^The ETag doesn't change between negotiated representations/,
  /^The response content is different when content negotiation happens/,
  /^Content negotiation for gzip compression is supported/,
];

const text = 'hello world, '.repeat(1000);
const objects = [
  { key: 'text', body: text, options: { contentType: 'text/plain; charset=utf-8' }, expected: complete },
  { key: 'binary', body: Buffer.alloc(2 ** 21, 'anybucket'), options: { cacheControl: 'max-age=3600' }, expected: complete },
  { key: 'page', body: `<p>${text}`, options: { contentType: 'text/html; charset=utf-8', contentLanguage: 'en' }, expected: complete },
  { key: 'expiring', body: text, options: { contentType: 'text/plain', expires: new Date(Date.now() + 86_400_000) }, expected: complete },
  {
    key: 'encoded',
    body: gzipSync(randomBytes(10_000).toString('hex')),
    options: { contentType: 'text/plain', contentEncoding: 'gzip' },
    expected: complete,
  },
  { key: 'empty', body: '', options: { contentType: 'text/plain' }, expected: [...length, ...validation] },
  { key: 'missing', expected: length },
];

const root = mkdtempSync(join(tmpdir(), 'anybucket-redbot-'));
const stores = { memory: new MemoryDatastore(), fs: new FsDatastore({ root }) };
for (const store of Object.values(stores)) {
  await store.createBucket('files');
  for (const { key, body, options } of objects) if (body !== undefined) await store.bucket('files').put(key, body, options);
}

const fetchObject = getRequestListener((request) => {
  const [store, key] = new URL(request.url).pathname.split('/').slice(2);
  return serveObject(stores[store].bucket('files'), key, request);
});
const server = createServer((request, response) => {
  const [api, store, key] = request.url.split('/').slice(1);
  return api === 'serveObject' ? fetchObject(request, response) : sendObject(stores[store].bucket('files'), key, request, response);
}).listen(0, '127.0.0.1');
await once(server, 'listening');

let failed = 0;
try {
  for (const api of ['sendObject', 'serveObject'])
    for (const store of Object.keys(stores))
      for (const object of objects) {
        const defects = await check(`${api}/${store}/${object.key}`, object);
        failed += defects.length;
        console.log(`${defects.length === 0 ? 'ok  ' : 'FAIL'} ${api}, ${store}: ${object.key}`);
        for (const defect of defects) console.log(`     ${defect}`);
      }
} finally {
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
}
if (failed > 0) process.exitCode = 1;

/** Returns the notes of REDbot that are unexpected, and those that are missing. */
async function check(path, { options, expected }) {
  const { stdout } = await promisify(execFile)('redbot', [`http://127.0.0.1:${server.address().port}/${path}`]);
  const notes = [...stdout.matchAll(/^ +\* (.*[^:\n])$/gm)].map(([, note]) => note);
  const isAccepted = (note) =>
    [...accepted, ...(options?.contentEncoding === undefined ? [] : acceptedIfEncoded)].some((pattern) => pattern.test(note));
  const unexpected = notes.filter((note) => !expected.includes(note) && !isAccepted(note));
  return [...unexpected, ...expected.filter((note) => !notes.includes(note)).map((note) => `missing: ${note}`)];
}
