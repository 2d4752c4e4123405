// MinIO's command-line client, if installed. It starts a process per call, so it is used for large bodies only.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { bucketName, serverAddress } from '../support/minio-server.mjs';

/** Midnight Commander has the same name. */
export const mcIsInstalled = /minio|RELEASE|DEVELOPMENT/i.test(spawnSync('mc', ['--version'], { encoding: 'utf8' }).stdout ?? '');

export const mc = {
  name: 'mc',
  async open() {
    const { endPoint, port, accessKey, secretKey } = await serverAddress();
    const env = { ...process.env, MC_HOST_bench: `http://${accessKey}:${secretKey}@${endPoint}:${port}` };
    const target = (key) => `bench/${bucketName}/${key}`;
    return {
      prefix: 'mc',
      putFile: (key, file) => promisify(execFile)('mc', ['--quiet', 'cp', file, target(key)], { env }),
      async getStream(key) {
        const child = spawn('mc', ['cat', target(key)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
        let length = 0;
        for await (const chunk of child.stdout) length += chunk.length;
        return length;
      },
      async close() {},
    };
  },
};
