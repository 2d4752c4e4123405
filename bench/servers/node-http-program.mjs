// The limit of a server in Node: `node:http` alone, with the responses of the S3 endpoint, but without signatures, digests, checks of requests
// and a store. Argument: the port.
import { createServer } from 'node:http';

const common = [
  ['Server', 'anybucket'],
  ['Accept-Ranges', 'bytes'],
  ['X-Content-Type-Options', 'nosniff'],
  ['x-amz-id-2', '0'.repeat(64)],
  ['x-amz-request-id', '0'.repeat(16)],
].flat();
const etag = ['ETag', `"${'0'.repeat(32)}"`];
const attributes = [...etag, 'Last-Modified', new Date().toUTCString(), 'Content-Type', 'application/octet-stream'];
const bodies = new Map();
let page;

const server = createServer({ noDelay: true }, (request, response) => {
  const { method, url } = request;
  if (method === 'PUT') receive(request, (body) => reply(response, 200, body, [...etag]));
  else if (url.includes('list-type=2')) reply(response, 200, (page ??= listPage()), ['Content-Type', 'application/xml']);
  else if (method === 'DELETE') respond(response, 204, [...common]);
  else if (!bodies.has(url)) respond(response, 404, [...common, 'Content-Length', '0']);
  else void sendBody(response, method, bodies.get(url));

  function receive(message, done) {
    const chunks = [];
    message.on('data', (chunk) => chunks.push(chunk));
    message.on('end', () => {
      const isSmall = chunks.length < 16;
      bodies.set(url, isSmall ? Buffer.concat(chunks) : chunks);
      done('');
    });
  }
});

function reply(response, status, body, headers) {
  const bytes = Buffer.from(body);
  response.writeHead(status, [...common, ...headers, 'Content-Length', String(bytes.length)]);
  response.end(bytes);
}

function respond(response, status, headers) {
  response.writeHead(status, headers);
  response.end();
}

async function sendBody(response, method, body) {
  const chunks = Array.isArray(body) ? body : [body];
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  response.writeHead(200, [...common, ...attributes, 'Content-Length', String(length)]);
  if (method !== 'HEAD' && Array.isArray(body)) {
    for (const chunk of chunks) {
      if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  } else {
    response.end(method === 'HEAD' ? undefined : body);
  }
}

function listPage() {
  const keys = Array.from({ length: 1000 }, (_, index) => `listed/object-${String(index + 5001).padStart(5, '0')}`);
  const contents = keys.map(
    (key) =>
      `<Contents><Key>${key}</Key><LastModified>${new Date().toISOString()}</LastModified><ETag>&#34;${'0'.repeat(32)}&#34;</ETag>` +
      '<Size>1</Size><StorageClass>STANDARD</StorageClass></Contents>',
  );
  return `<ListBucketResult>${contents.join('')}</ListBucketResult>`;
}

server.listen(Number(process.argv[2]), '127.0.0.1');
