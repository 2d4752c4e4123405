import { randomBytes } from 'node:crypto';
import envPaths from 'env-paths';
import getPort from 'get-port';
import type { MinioAddress } from './address.js';
import { type FindOptions, type FoundMinio, findMinio } from './find.js';
import { type Kept, keep } from './keep.js';
import type { KeptServer } from './keeper.js';
import { listBuckets, waitUntilReady } from './ready.js';

/** A server to test against. */
export interface MinioServer {
  readonly address: MinioAddress;
  /** How we came by it, for people. */
  readonly origin: string;
  /** Whether it is ours, to be stopped; false for one that ran already. */
  readonly isOurs: boolean;
  /** Settles when the server is gone, by `stop` or by itself, with the last lines that it printed. Never for one that is not ours. */
  readonly gone: Promise<string>;
  /**
   * Kills it without warning and starts it again, at the same port and with the same data. Settles when it is ready. Undefined for a server
   * that ran already, and for a container, whose data goes with it.
   */
  readonly restart: (() => Promise<void>) | undefined;
  /** Ends it and removes its data. A server that ran already stays. */
  stop(): Promise<void>;
}

/** Options of {@link startMinio}. */
export interface StartMinioOptions {
  /** Where `ABTEST_MINIO` and the `PATH` are read. @defaultValue process.env */
  readonly env?: NodeJS.ProcessEnv;
  /** Where a program that is built stays. @defaultValue the user's cache folder, by the platform's convention */
  readonly cacheFolder?: string;
  /** Told what takes long. @defaultValue nobody */
  readonly progress?: (text: string) => void;
  readonly signal?: AbortSignal;
}

type Startable = Exclude<FoundMinio, { kind: 'running' }>;

const startTimeout = 60_000;

/**
 * Gets a MinIO server and starts it on a free port of the loopback interface, with a fresh data folder. It ends with this process at the
 * latest, however that ends. A server that `ABTEST_MINIO` names is taken as it is.
 *
 * @throws MinioNotFoundError when there is none to be had
 * @throws Error when there is one but it doesn't start or doesn't answer, with the last that it printed
 */
export async function startMinio(options: StartMinioOptions = {}): Promise<MinioServer> {
  const search: FindOptions = {
    env: options.env ?? process.env,
    cacheFolder: options.cacheFolder ?? envPaths('anybucket', { suffix: '' }).cache,
    progress: options.progress ?? (() => undefined),
    signal: options.signal ?? new AbortController().signal,
  };
  const found = await findMinio(search);
  if (found.kind === 'running') {
    await listBuckets(found.address);
    return { ...found, isOurs: false, gone: new Promise(() => undefined), restart: undefined, stop: () => Promise.resolve() };
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(found, search);
    } catch (error) {
      // Somebody may take the port between our choice and the server's start.
      if (attempt === 3 || !/in use/i.test(String(error))) throw error;
    }
  }
}

async function start(found: Startable, { env, signal }: FindOptions): Promise<MinioServer> {
  const port = await getPort({ host: '127.0.0.1' });
  const credentials = { accessKey: 'anybucket', secretKey: randomBytes(15).toString('hex') };
  const address: MinioAddress = { endPoint: '127.0.0.1', port, tls: false, region: 'us-east-1', ...credentials };
  const kept = keep(found.kind === 'program' ? program(found.command, port) : container(found.image, port), serverEnv(env, credentials));
  try {
    await untilReady(address, kept, signal);
  } catch (error) {
    await kept.stop();
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`MinIO (${found.origin}) did not get ready: ${why}. It printed: ${(await kept.gone).trim()}`, { cause: error });
  }
  const restart = async (): Promise<void> => {
    await kept.restart();
    await untilReady(address, kept, signal);
  };
  return {
    address,
    origin: found.origin,
    isOurs: true,
    gone: kept.gone,
    restart: found.kind === 'program' ? restart : undefined,
    stop: () => kept.stop(),
  };
}

/** Waits for the server, but no longer than it lives, than the caller wants, and than a minute. */
async function untilReady(address: MinioAddress, kept: Kept, signal: AbortSignal): Promise<void> {
  const death = new AbortController();
  void kept.gone.finally(() => death.abort(new Error('it ended'))).catch(() => undefined);
  await waitUntilReady(address, AbortSignal.any([signal, death.signal, AbortSignal.timeout(startTimeout)]));
}

function program(command: string, port: number): KeptServer {
  // Certificates that are in the user's home would make it speak TLS.
  return { command, args: ['server', '{folder}/data', '--address', `127.0.0.1:${port}`, '--certs-dir', '{folder}/certs'] };
}

function container(image: string, port: number): KeptServer {
  const name = `anybucket-minio-${randomBytes(6).toString('hex')}`;
  const variables = ['MINIO_ROOT_USER', 'MINIO_ROOT_PASSWORD', 'MINIO_BROWSER', 'MINIO_UPDATE'].flatMap((variable) => ['--env', variable]);
  return {
    command: 'docker',
    args: ['run', '--rm', '--name', name, '--publish', `127.0.0.1:${port}:9000`, ...variables, image, 'server', '/data'],
    end: ['docker', 'rm', '--force', '--volumes', name],
  };
}

/** The caller's environment, but for what would make the server another one. */
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
