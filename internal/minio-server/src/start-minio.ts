import { randomBytes } from 'node:crypto';
import envPaths from 'env-paths';
import getPort from 'get-port';
import { findMinio } from './find-minio.js';
import type { FindOptions, FoundMinio } from './find-minio.js';
import type { MinioAddress } from './minio-address.js';
import { supervise } from './supervise.js';
import type { SupervisedServer } from './supervise.js';
import type { ServerCommand } from './supervisor.js';
import { checkConnection, waitUntilReady } from './wait-until-ready.js';

/** A MinIO server for tests. */
export interface MinioServer {
  readonly address: MinioAddress;
  /** How the server was found, for messages. */
  readonly origin: string;
  /** Whether this package started the server; false for one named by `ABTEST_MINIO`. */
  readonly isManaged: boolean;
  /** Resolves with the last output of the server once it has exited. Never resolves for a server that is not managed. */
  readonly exited: Promise<string>;
  /**
   * Kills the server and starts it again with the same port and data. Resolves once it is ready. Undefined for a server that is not managed,
   * and for a container, which loses its data.
   */
  readonly restart: (() => Promise<void>) | undefined;
  /** Ends the server and removes its data. Does nothing for a server that is not managed. */
  stop(): Promise<void>;
}

/** Options of {@link startMinio}. */
export interface StartMinioOptions {
  /** Provides `ABTEST_MINIO`, the `PATH`, and the environment of the server. @defaultValue process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** The folder of the built program. @defaultValue the user's cache folder, by the convention of the platform */
  readonly cacheFolder?: string;
  /** Called repeatedly with a short description while building or pulling. */
  readonly onProgress?: (text: string) => void;
  readonly signal?: AbortSignal;
  /** Settings of the server: variables named `MINIO_*`. Ignored by a server that is not managed. @defaultValue none */
  readonly settings?: Readonly<Record<string, string>>;
}

type StartableMinio = Exclude<FoundMinio, { kind: 'running' }>;

const startTimeoutMs = 60_000;
const maxStarts = 3;

/**
 * Starts a MinIO server on a free port of the loopback interface, with a new data folder. It ends with this process, however that ends.
 * A server named by `ABTEST_MINIO` is used as it is.
 * @throws MinioNotFoundError when no server can be found or built.
 * @throws Error with the last output of the server when it does not start or respond.
 */
export async function startMinio(options: StartMinioOptions = {}): Promise<MinioServer> {
  const findOptions: FindOptions = {
    env: options.env ?? process.env,
    cacheFolder: options.cacheFolder ?? envPaths('anybucket', { suffix: '' }).cache,
    onProgress: options.onProgress ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
  };
  const found = await findMinio(findOptions);
  if (found.kind === 'running') {
    await checkConnection(found.address);
    return { ...found, isManaged: false, exited: new Promise(() => undefined), restart: undefined, stop: () => Promise.resolve() };
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(found, findOptions, options.settings ?? {});
    } catch (error) {
      // Another process may have taken the port between its selection and the start of the server.
      if (attempt === maxStarts || !/in use/i.test(String(error))) throw error;
    }
  }
}

async function start(
  found: StartableMinio,
  { env, signal }: FindOptions,
  settings: Readonly<Record<string, string>>,
): Promise<MinioServer> {
  const port = await getPort({ host: '127.0.0.1' });
  const credentials = { accessKey: 'anybucket', secretKey: randomBytes(15).toString('hex') };
  const address: MinioAddress = {
    endPoint: '127.0.0.1',
    port,
    tls: false,
    region: settings['MINIO_SITE_REGION'] ?? 'us-east-1',
    ...credentials,
  };
  const command =
    found.kind === 'program' ? programCommand(found.command, port) : containerCommand(found.image, port, Object.keys(settings));
  const server = supervise(command, { ...serverEnv(env, credentials), ...settings });
  try {
    await waitWhileRunning(address, server, signal);
  } catch (error) {
    await server.stop();
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`MinIO (${found.origin}) did not become ready: ${reason}. Its output: ${(await server.exited).trim()}`, {
      cause: error,
    });
  }
  const restart = async (): Promise<void> => {
    await server.restart();
    await waitWhileRunning(address, server, signal);
  };
  return {
    address,
    origin: found.origin,
    isManaged: true,
    exited: server.exited,
    restart: found.kind === 'program' ? restart : undefined,
    stop: () => server.stop(),
  };
}

/** Waits until the server is ready. Throws when it exits, the signal aborts, or a minute has passed. */
async function waitWhileRunning(address: MinioAddress, server: SupervisedServer, signal: AbortSignal): Promise<void> {
  const exit = new AbortController();
  void server.exited.finally(() => exit.abort(new Error('it exited'))).catch(() => undefined);
  await waitUntilReady(address, AbortSignal.any([signal, exit.signal, AbortSignal.timeout(startTimeoutMs)]));
}

function programCommand(command: string, port: number): ServerCommand {
  // Without `--certs-dir`, certificates in the user's home folder would enable TLS.
  return { command, args: ['server', '{folder}/data', '--address', `127.0.0.1:${port}`, '--certs-dir', '{folder}/certs'] };
}

function containerCommand(image: string, port: number, settings: readonly string[]): ServerCommand {
  const name = `anybucket-minio-${randomBytes(6).toString('hex')}`;
  const names = ['MINIO_ROOT_USER', 'MINIO_ROOT_PASSWORD', 'MINIO_BROWSER', 'MINIO_UPDATE', ...settings];
  const variables = names.flatMap((variable) => ['--env', variable]);
  return {
    command: 'docker',
    args: ['run', '--rm', '--name', name, '--publish', `127.0.0.1:${port}:9000`, ...variables, image, 'server', '/data'],
    stopCommand: ['docker', 'rm', '--force', '--volumes', name],
  };
}

/** Returns the environment with the server's own settings instead of the caller's settings for MinIO. */
function serverEnv(env: NodeJS.ProcessEnv, { accessKey, secretKey }: { accessKey: string; secretKey: string }): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !name.startsWith('MINIO_'));
  return {
    ...Object.fromEntries(others),
    MINIO_ROOT_USER: accessKey,
    MINIO_ROOT_PASSWORD: secretKey,
    MINIO_BROWSER: 'off',
    MINIO_UPDATE: 'off',
  };
}
