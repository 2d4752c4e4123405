// Builds a server with each framework, moves what it would deploy to an empty folder, and sends one request to it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
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

/** Starts a server, and returns the JSON of the first answer that it gives to a path. */
async function requestOnce(folder, entry, path) {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), HOST: '127.0.0.1', HOSTNAME: '127.0.0.1' };
  const server = spawn(process.execPath, [entry], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk));
  try {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
      if (response?.ok === true) return await response.json();
      if (response !== undefined || server.exitCode !== null || performance.now() > deadline)
        throw new Error(`the server answered ${response?.status ?? 'nothing'}\n${output.slice(-4000)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    server.kill();
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
];
