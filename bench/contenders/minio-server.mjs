// The one server that all contenders over S3 talk to, and a bucket on it.
import { MinioDatastore } from '@anybucket/backend-minio';
import { startMinio } from '@anybucket/minio-server';
import { fastFolder } from './fast-folder.mjs';

/** All that is put in a run: the server keeps what was overwritten for minutes. */
export const transferBytes = 40 * 2 ** 30;

/** The bucket of all contenders. */
export const bucketName = 'bench';

let starting;

/** Starts the server at the first call. @returns its address */
export async function serverAddress() {
  starting ??= start();
  return (await starting).address;
}

async function start() {
  const server = await startMinio({ env: { ...process.env, TMPDIR: fastFolder(transferBytes) }, onProgress: (text) => console.error(text) });
  const datastore = new MinioDatastore(server.address);
  await datastore.createBucket(bucketName);
  await datastore.close();
  return server;
}

/** Stops the server, when it was started. */
export async function stopServer() {
  await (await starting)?.stop();
  starting = undefined;
}
