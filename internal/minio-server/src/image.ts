import type { FindOptions } from './find.js';
import { ask, work } from './run.js';

// The last image that was published.
const image = 'minio/minio:RELEASE.2025-09-07T16-13-09Z';

/**
 * Makes sure that Docker runs and has the image of the server.
 *
 * @returns the image's name
 * @throws Error when Docker is missing or doesn't run, or the image can't be had
 */
export async function pullImage({ env, signal, progress }: FindOptions): Promise<string> {
  // Asks the daemon: the client alone is of no use.
  await ask('docker', ['version', '--format', '{{.Server.Version}}'], { env, signal });
  const isHere = await ask('docker', ['image', 'inspect', '--format', '{{.Id}}', image], { env, signal }).then(
    () => true,
    () => false,
  );
  if (!isHere) {
    progress(`Pulling the image ${image}`);
    await work('docker', ['pull', '--quiet', image], { env, signal }, () => undefined);
  }
  return image;
}
