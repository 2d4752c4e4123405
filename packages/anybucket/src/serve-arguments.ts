import { parseArgs } from 'node:util';
import type { Environment } from '@anybucket/core';
import { UsageError } from './usage-error.js';

/** The settings of `anybucket serve`. */
export interface ServeSettings {
  /** A path, a URL such as `memory:`, or a name of the configuration. */
  readonly store: string;
  readonly create: boolean;
  readonly port: number;
  readonly host: string;
  readonly accessKey: string | undefined;
  readonly secretKey: string | undefined;
  readonly region: string | undefined;
  readonly domain: string | undefined;
  readonly cors: readonly string[] | undefined;
  readonly anonymous: 'read' | undefined;
  /** Paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly log: boolean;
  readonly json: boolean;
}

export const serveUsage = `Serves an object store over the S3 protocol, until Ctrl-C.

Usage: anybucket serve [STORE] [OPTIONS]

STORE is a folder (./data), a URL (memory:, fs:./data, minio://host:9000), or a name of the
configuration. Default: memory:

Options:
  --create            create the folder if it does not exist
  --port PORT         port to listen on; 0 is any free port (default 9000)
  --host HOST         address to listen on; other than loopback requires keys (default 127.0.0.1)
  --access-key KEY    access key (default: ANYBUCKET_ACCESS_KEY, or a random one)
  --secret-key KEY    secret key (default: ANYBUCKET_SECRET_KEY, or a random one). Other users of
                      this machine can see arguments, so prefer the variable
  --region REGION     region that clients must sign for (default: any)
  --domain DOMAIN     accept virtual-hosted-style requests, http://BUCKET.DOMAIN
  --cors ORIGIN       allow browsers of this origin; may be repeated (default: any)
  --anonymous read    allow reading without keys
  --tls-cert FILE     serve HTTPS with this certificate (PEM)
  --tls-key FILE      and this key (PEM)
  --log               print each request
  --json              print JSON lines instead of text
  --help              print this help`;

const options = {
  create: { type: 'boolean' },
  port: { type: 'string' },
  host: { type: 'string' },
  'access-key': { type: 'string' },
  'secret-key': { type: 'string' },
  region: { type: 'string' },
  domain: { type: 'string' },
  cors: { type: 'string', multiple: true },
  anonymous: { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  log: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Secrets of less characters, and those of examples, are refused where other machines can connect. */
const minPublicSecretLength = 16;
const loopbackHosts = ['127.0.0.1', '::1', 'localhost'];

/**
 * Returns the settings in the arguments and the environment; undefined if help is asked for.
 * @throws `UsageError`
 */
export function parseServeArguments(args: readonly string[], env: Environment): ServeSettings | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  if (positionals.length > 1) throw new UsageError(`expected one store, got ${positionals.length}`);
  const host = values.host ?? '127.0.0.1';
  const accessKey = values['access-key'] ?? env['ANYBUCKET_ACCESS_KEY'];
  const secretKey = values['secret-key'] ?? env['ANYBUCKET_SECRET_KEY'];
  checkKeys(host, accessKey, secretKey);
  if (values.anonymous !== undefined && values.anonymous !== 'read') throw new UsageError("--anonymous must be 'read'");
  const { 'tls-cert': cert, 'tls-key': key } = values;
  if ((cert === undefined) !== (key === undefined)) throw new UsageError('--tls-cert and --tls-key require each other');
  return {
    store: positionals[0] ?? 'memory:',
    create: values.create ?? false,
    port: parsePort(values.port),
    host,
    accessKey,
    secretKey,
    region: values.region,
    domain: values.domain,
    cors: values.cors,
    anonymous: values.anonymous,
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
    log: values.log ?? false,
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return 9000;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) throw new UsageError(`--port must be a number from 0 to 65535, not ${JSON.stringify(text.slice(0, 100))}`);
  return port;
}

function checkKeys(host: string, accessKey: string | undefined, secretKey: string | undefined): void {
  if ((accessKey === undefined) !== (secretKey === undefined)) throw new UsageError('the access key and the secret key require each other');
  if (loopbackHosts.includes(host)) return;
  if (accessKey === undefined || secretKey === undefined)
    throw new UsageError(`other machines can connect to --host ${host}: set ANYBUCKET_ACCESS_KEY and ANYBUCKET_SECRET_KEY`);
  if (secretKey.length < minPublicSecretLength || secretKey === accessKey || new Set(secretKey).size < 8)
    throw new UsageError(
      `other machines can connect to --host ${host}: the secret key must be a random text of at least ${minPublicSecretLength} characters`,
    );
}
