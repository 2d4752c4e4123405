import { StorageError } from '@anybucket/core/backend';
import { isAwsHost } from '../http/endpoint.js';
import type { HttpResponse } from '../http/http-response.js';
import { untilAborted } from '../http/until-aborted.js';
import { bucketExists } from '../operations/buckets.js';
import { readRequestId } from '../s3/request-id.js';
import type { S3Client } from '../s3/s3-client.js';
import { probes } from './probes.js';
import type { ProbeTarget } from './probes.js';
import { serverProfiles } from './server-profiles.js';
import type { ServerCapabilities, ServerName, ServerProfile } from './server-profiles.js';

/** A capability that a server of an unknown make is tested for, because it might ignore what it does not support. */
export type ProbedCapability = keyof typeof probes;

/** The capabilities that a call uses. A call uses those whose value is neither undefined nor false. */
export type UsedCapabilities = Readonly<Partial<Record<ProbedCapability | 'conditionalDelete' | 'conditionalCopy', unknown>>>;

/** The `server` header of responses. Garage sends none; the address of AWS and R2 identifies them. */
const serverHeaders: readonly (readonly [RegExp, ServerName])[] = [
  [/^MinIO/i, 'minio'],
  [/^AmazonS3$/, 'aws'],
  [/^SeaweedFS/i, 'seaweedfs'],
  [/^VERSITYGW/i, 'versitygw'],
  // Its capabilities are those of the datastore that it serves.
  [/^anybucket/i, 'generic'],
];

/**
 * What the server supports: as the option `server` states, or else as its responses show.
 *
 * Until the first response, the capabilities are those of MinIO. The first call that uses one of them waits until the server is identified,
 * and fails with `NotImplemented` if the server does not support it. A server that cannot be identified is tested.
 */
export class ServerDetection {
  #name: ServerName | undefined;
  readonly #outcomes = new Map<ProbedCapability, boolean>();
  readonly #running = new Map<ProbedCapability, Promise<boolean>>();

  /** @param name the option `server`. */
  constructor(name: ServerName | undefined, host: string) {
    this.#name = name ?? nameOfHost(host);
  }

  /** Undefined until the first response. */
  get name(): ServerName | undefined {
    return this.#name;
  }

  get profile(): ServerProfile {
    return serverProfiles[this.#name ?? 'minio'];
  }

  /** A capability that is not tested yet is true. */
  get capabilities(): ServerCapabilities {
    return { ...this.profile.capabilities, ...Object.fromEntries(this.#outcomes) };
  }

  /** Identifies the server by the headers of a response. */
  observe(response: HttpResponse): void {
    if (this.#name !== undefined) return;
    const header = response.header('server') ?? '';
    const isMinioBehindProxy = /^[0-9a-f]{64}$/.test(response.header('x-amz-id-2') ?? '');
    this.#name =
      serverHeaders.find(([pattern]) => pattern.test(header))?.[1] ??
      (isMinioBehindProxy ? 'minio' : readRequestId(response) === undefined ? undefined : 'generic');
  }

  /**
   * Requires that the server supports what a call uses.
   * @throws `NotImplemented`; the errors of the request that identifies the server.
   */
  async require(client: S3Client, target: ProbeTarget, used: UsedCapabilities, signal: AbortSignal | undefined): Promise<void> {
    for (const [name, value] of Object.entries(used)) {
      if (value === undefined || value === false) continue;
      const capability = name as keyof UsedCapabilities;
      if (!(await this.#supports(client, target, capability, signal))) throw notImplemented(capability);
    }
  }

  async #supports(
    client: S3Client,
    target: ProbeTarget,
    capability: keyof UsedCapabilities,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    if (this.#name === undefined) {
      await bucketExists(client, target.bucket, signal);
      // It is an S3 server, or the request had failed.
      this.#name ??= 'generic';
    }
    if (this.#name !== 'generic' || !isProbed(capability)) return this.profile.capabilities[capability];
    return this.#outcomes.get(capability) ?? untilAborted(this.#probe(client, target, capability), signal);
  }

  /** Concurrent calls share one test. A failure is not kept: the next call tests again. */
  async #probe(client: S3Client, target: ProbeTarget, capability: ProbedCapability): Promise<boolean> {
    const running = this.#running.get(capability) ?? probes[capability](client, target).finally(() => this.#running.delete(capability));
    this.#running.set(capability, running);
    const outcome = await running;
    this.#outcomes.set(capability, outcome);
    return outcome;
  }
}

function nameOfHost(host: string): ServerName | undefined {
  if (isAwsHost(host)) return 'aws';
  return host.toLowerCase().endsWith('.r2.cloudflarestorage.com') ? 'r2' : undefined;
}

function isProbed(capability: keyof UsedCapabilities): capability is ProbedCapability {
  return Object.hasOwn(probes, capability);
}

function notImplemented(capability: keyof UsedCapabilities): StorageError {
  const message = `the server does not support this (capability \`${capability}\` is false)`;
  return new StorageError({ code: 'NotImplemented', message });
}
