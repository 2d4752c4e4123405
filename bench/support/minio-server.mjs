// The MinIO server and bucket that all S3 clients share.
import { MinioDatastore } from '@anybucket/backend-minio';
import { startMinio } from '@anybucket/minio-server';
import { selectDataFolder } from './data-folder.mjs';

/** The bytes that a run puts in total. All of them need space, because the server keeps overwritten data for minutes. */
export const transferBytes = 40 * 2 ** 30;

export const bucketName = 'bench';

let starting;

/** Returns the address of the server, after starting it on the first call. */
export async function serverAddress() {
  starting ??= start();
  return (await starting).address;
}

async function start() {
  const server = await startMinio({
    env: { ...process.env, TMPDIR: selectDataFolder(transferBytes) },
    onProgress: (text) => console.error(text),
  });
  const datastore = new MinioDatastore(server.address);
  await datastore.createBucket(bucketName);
  await datastore.close();
  return server;
}

/** Stops the server if it was started. */
export async function stopServer() {
  await (await starting)?.stop();
  starting = undefined;
}
