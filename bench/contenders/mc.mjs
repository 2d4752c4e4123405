// MinIO's own command, where it is installed: a process a call, so only for large bodies.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { bucketName, serverAddress } from './minio-server.mjs';

/** Another program (Midnight Commander) has the same name. */
export const mcIsInstalled = /minio|RELEASE|DEVELOPMENT/i.test(spawnSync('mc', ['--version'], { encoding: 'utf8' }).stdout ?? '');

export const mc = {
  name: 'mc',
  async open() {
    const { endPoint, port, accessKey, secretKey } = await serverAddress();
    const env = { ...process.env, MC_HOST_bench: `http://${accessKey}:${secretKey}@${endPoint}:${port}` };
    const at = (key) => `bench/${bucketName}/${key}`;
    return {
      prefix: 'mc',
      putFile: (key, file) => promisify(execFile)('mc', ['--quiet', 'cp', file, at(key)], { env }),
      async getStream(key) {
        const child = spawn('mc', ['cat', at(key)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
        let length = 0;
        for await (const chunk of child.stdout) length += chunk.length;
        return length;
      },
      async close() {},
    };
  },
};
