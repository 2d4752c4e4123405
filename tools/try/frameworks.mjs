// Builds a server with each framework, moves what it would deploy to an empty folder, and sends one request to it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts a server and waits until it responds to a path.
 * @param use receives the first response, and the URL of the server.
 */
async function withServer(folder, entry, path, use, variables = {}) {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', HOSTNAME: '127.0.0.1', ...variables };
  const server = spawn(process.execPath, [entry], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk));
  try {
    const url = `http://127.0.0.1:${port}`;
    const deadline = performance.now() + 60_000;
    for (;;) {
      const response = await fetch(`${url}${path}`).catch(() => undefined);
      if (response?.ok === true) return await use(response, url);
      if (response !== undefined || server.exitCode !== null || performance.now() > deadline)
        throw new Error(`the server answered ${response?.status ?? 'nothing'}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } catch (error) {
    throw new Error(`${error.message}\n${output.slice(-4000)}`, { cause: error });
  } finally {
    server.kill();
  }
}

/** Starts a server, and returns the JSON of the first answer that it gives to a path. */
function requestOnce(folder, entry, path) {
  return withServer(folder, entry, path, (response) => response.json());
}

/** Checks the server of an example: uploads a photo by the form, and downloads it. */
async function checkPhotos(folder, entry) {
  const root = join(folder, 'data');
  mkdirSync(join(root, 'photos/2026'), { recursive: true });
  writeFileSync(join(root, 'photos/2026/my cat.png'), 'meow');
  const variables = { ANYBUCKET_DATA_STORE: `fs:${root}` };
  await withServer(folder, entry, '/', checkForm, variables);

  async function checkForm(page, url) {
    assert.match(await page.text(), /<form/);
    const post = (content, type) => {
      const body = new FormData();
      body.append('photos', new File([content], 'cat.png', { type }));
      return fetch(`${url}/photos`, { method: 'POST', body, headers: { Origin: url } });
    };
    const created = await post('pixels', 'image/png');
    assert.equal(created.status, 201);
    const [{ key }] = await created.json();
    assert.equal((await post('<script>', 'text/html')).status, 415);
    assert.equal((await post('x'.repeat(5_000_001), 'image/png')).status, 413);

    const photo = await fetch(`${url}/photos/${key}`);
    assert.deepEqual([photo.headers.get('content-type'), await photo.text()], ['image/png', 'pixels']);
    const statusOf = async (init, name = key) => (await fetch(`${url}/photos/${name}`, init)).status;
    assert.equal(await statusOf({ headers: { 'If-None-Match': photo.headers.get('etag') } }), 304);
    assert.equal(await statusOf({ headers: { Range: 'bytes=9-' } }), 416);
    assert.equal(await statusOf({}, 'missing'), 404);
    assert.equal(await statusOf({ headers: { 'If-Match': '"other"' } }), 412);
    const part = await fetch(`${url}/photos/${key}`, { headers: { Range: 'bytes=-3' } });
    assert.deepEqual([part.status, part.headers.get('content-range'), await part.text()], [206, 'bytes 3-5/6', 'els']);
    assert.equal(await statusOf({ method: 'HEAD' }), 200);
    assert.equal(await statusOf({}, '2026/my%20cat.png'), 200);
  }
}

export const scenarios = [
  {
    name: 'next',
    tool: 'next',
    what: 'a route handler in standalone output',
    needs: '`serverExternalPackages` and `outputFileTracingIncludes` for the addon of the fs backend',
    async run(workshop) {
      const project = await workshop.project('next');
      await project.run('npx', ['next', 'build'], { env: { NEXT_TELEMETRY_DISABLED: '1' }, timeoutMs: 600_000 });
      const folder = workshop.emptyFolder();
      cpSync(join(project.folder, '.next/standalone'), folder, { recursive: true });
      assert.deepEqual(await requestOnce(folder, 'server.js', '/api/objects'), { memory: 'meow', fs: 'meow', minio: 'ConnectionFailed' });
      return project.versionOf('next');
    },
  },
  {
    name: 'nitro',
    tool: 'nitropack',
    what: 'a route in the output of the preset node-server',
    needs: '`externals.traceInclude` for the addon of the fs backend',
    async run(workshop) {
      const project = await workshop.project('nitro');
      await project.bin('nitropack', ['build']);
      const folder = workshop.emptyFolder();
      cpSync(join(project.folder, '.output'), folder, { recursive: true });
      const answer = await requestOnce(folder, 'server/index.mjs', '/objects');
      assert.deepEqual(answer, { memory: 'meow', fs: 'meow', minio: 'ConnectionFailed' });
      return project.versionOf('nitropack');
    },
  },
  {
    name: 'example-nextjs',
    tool: 'next',
    what: 'uploads and downloads of [the example](../examples/nextjs/README.md) in standalone output',
    needs: '`serverExternalPackages` and `outputFileTracingIncludes` for the addon of the fs backend',
    async run(workshop) {
      const project = await workshop.example('nextjs');
      await project.bin('next', ['build'], { env: { NEXT_TELEMETRY_DISABLED: '1' }, timeoutMs: 600_000 });
      const folder = workshop.emptyFolder();
      cpSync(join(project.folder, '.next/standalone'), folder, { recursive: true });
      await checkPhotos(folder, 'server.js');
      return project.versionOf('next');
    },
  },
  {
    name: 'example-nitro',
    tool: 'nitropack',
    what: 'uploads and downloads of [the example](../examples/nitro/README.md)',
    needs: '`externals.traceInclude` for the addon of the fs backend',
    async run(workshop) {
      const project = await workshop.example('nitro');
      await project.bin('nitropack', ['build']);
      const folder = workshop.emptyFolder();
      cpSync(join(project.folder, '.output'), folder, { recursive: true });
      await checkPhotos(folder, 'server/index.mjs');
      return project.versionOf('nitropack');
    },
  },
];
