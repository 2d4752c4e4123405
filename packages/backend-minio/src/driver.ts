import type { Agent } from 'node:http';
import { StorageError, importPackage, toStorageError } from '@anybucket/core/backend';
import type {
  BucketDriver,
  DatastoreDriver,
  DriverCall,
  DriverCapabilities,
  Presigner,
  TagDriver,
  VersionDriver,
  UploadDriver,
} from '@anybucket/core/backend';
import type { Client, ClientOptions } from 'minio';
import { MinioBucketDriver } from './bucket.js';
import { CredentialCache } from './credentials/credential-cache.js';
import { credentialSupply } from './credentials/credential-supply.js';
import type { Credentials } from './credentials/credentials.js';
import { readVariable } from './environment.js';
import { awsStsUrl, hostHeader, isAwsHost } from './http/endpoint.js';
import type { Endpoint } from './http/endpoint.js';
import { selectProxy } from './http/proxy.js';
import { bucketExists, createBucket, listBuckets, removeBucket } from './operations/buckets.js';
import type { ListFeatures } from './operations/list-position.js';
import { getTags, setTags } from './operations/tags.js';
import { getVersioning, listVersions, setVersioning } from './operations/versions.js';
import { MinioUploads } from './operations/uploads.js';
import { resolveOptions } from './options.js';
import type { Environment } from './environment.js';
import type { MinioDatastoreOptions, ResolvedOptions } from './options.js';
import { S3Client } from './s3/s3-client.js';
import type { ProbeTarget } from './server/probes.js';
import { ServerDetection } from './server/server-detection.js';
import type { UsedCapabilities } from './server/server-detection.js';
import { Signer } from './s3/signer.js';
import type { SigningContext } from './s3/signer.js';

/** The driver of `MinioDatastore`. Exported so that it can be wrapped: `new PortableDatastore(wrap(new MinioDriver(options)))`. */
export class MinioDriver implements DatastoreDriver {
  readonly backend = 'minio';
  readonly #tags: TagDriver = {
    getTags: async (bucket, key, call) => {
      await this.#require({ bucket, key }, { tags: true, versioning: call.versionId }, call);
      return getTags(this.#s3, bucket, key, call);
    },
    setTags: async (bucket, key, tags, call) => {
      await this.#require({ bucket, key }, { tags: true, versioning: call.versionId }, call);
      return setTags(this.#s3, bucket, key, tags, call);
    },
  };
  readonly #versions: VersionDriver = {
    listVersions: async (bucket, call) => {
      await this.#require({ bucket }, { versioning: true }, call);
      return listVersions(this.#s3, bucket, call, this.#listFeatures);
    },
    setVersioning: async (bucket, state, call) => {
      await this.#require({ bucket }, { versioning: true }, call);
      return setVersioning(this.#s3, bucket, state, call);
    },
    getVersioning: async (bucket, call) => {
      await this.#require({ bucket }, { versioning: true }, call);
      return getVersioning(this.#s3, bucket, call);
    },
  };
  readonly presigner: Presigner = {
    presign: async (bucket, key, { method, expiresIn, headers, query, signal }) =>
      this.#publicSigner.presign({ method, bucket, key, query, headers }, expiresIn, await this.#signingKeys(bucket, signal)),
    presignPost: async (bucket, { expiresIn, conditions, fields, signal }) => {
      const form = this.#publicSigner.presignPost(bucket, expiresIn, conditions, await this.#signingKeys(bucket, signal));
      return { url: form.url, fields: { ...fields, ...form.fields } };
    },
  };
  readonly uploads: UploadDriver;
  readonly #options: ResolvedOptions;
  readonly #credentials: CredentialCache;
  readonly #s3: S3Client;
  readonly #server: ServerDetection;
  /** Signs the URLs that are given to clients. */
  readonly #publicSigner: Signer;
  readonly #listFeatures: ListFeatures;
  #client: Promise<Client> | undefined;

  /**
   * Creates a driver. No request is sent before the first call.
   * @param env completes the options: credentials, `AWS_REGION`, `AWS_ENDPOINT_URL`, `AWS_CA_BUNDLE`, proxies. @defaultValue process.env
   * @throws `InvalidArgument` for an unknown option or one of the wrong type; `ConfigError` for an invalid value, and for options that
   *   contradict each other.
   */
  constructor(options: MinioDatastoreOptions, env: Environment = process.env) {
    const resolved = resolveOptions(options, env);
    const { endpoint, publicEndpoint, region, credentials, profile, stripsPathPrefix, proxy, agent, ca, cert, key, onRetry } = resolved;
    const { maxConnections = 50, connectTimeoutMs = 10_000, idleTimeoutMs = 60_000, retries = 3 } = resolved;
    const anyKeys = resolved.keys === 's3';
    const signer = new Signer(endpoint, stripsPathPrefix);
    const server = new ServerDetection(resolved.server, endpoint.host);
    const sts = stsUrl(endpoint, region, env);
    const agentForSts = (): Agent | undefined => (new URL(sts).protocol === endpoint.protocol ? this.#s3.agent : undefined);
    const context = { env, profile, stsUrl: sts, agent: agentForSts };
    this.#listFeatures = { anyKeys, metadata: undefined, minioTokens: undefined };
    this.#options = resolved;
    this.#server = server;
    this.#credentials = new CredentialCache(credentialSupply(credentials, context), idleTimeoutMs);
    this.#publicSigner = publicEndpoint === endpoint ? signer : new Signer(publicEndpoint, stripsPathPrefix);
    this.#s3 = new S3Client({
      signer,
      credentials: this.#credentials,
      region,
      detectsPathPrefix: stripsPathPrefix === undefined,
      tls: endpoint.protocol === 'https:',
      ca,
      cert,
      key,
      proxy: agent === undefined ? selectProxy(proxy, endpoint, env) : undefined,
      agent,
      maxConnections,
      connectTimeoutMs,
      idleTimeoutMs,
      retries,
      onResponse: (response) => server.observe(response),
      onRetry,
      anyKeys,
    });
    this.uploads = new MinioUploads(this.#s3, server);
  }

  get capabilities(): DriverCapabilities {
    const { tags: _tags, versioning: _versioning, ...detected } = this.#server.capabilities;
    return { ...detected, native: true, persistent: true, anyKeys: this.#options.keys === 's3' };
  }

  /** Undefined if the server is known not to support tags. */
  get tags(): TagDriver | undefined {
    return this.#server.capabilities.tags ? this.#tags : undefined;
  }

  /** Undefined if the server is known not to support versions. */
  get versions(): VersionDriver | undefined {
    return this.#server.capabilities.versioning ? this.#versions : undefined;
  }

  /** Returns a client of the `minio` package; see `MinioDatastore.client`. The driver itself does not use it. */
  async client(): Promise<Client> {
    // A failure is not kept: the next call tries again.
    this.#client ??= createClient(this.#options, this.#credentials).catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async listBuckets({ signal }: DriverCall): Promise<string[]> {
    return listBuckets(this.#s3, signal);
  }

  async createBucket(name: string, { signal }: DriverCall): Promise<boolean> {
    return createBucket(this.#s3, name, signal);
  }

  async removeBucket(name: string, { signal }: DriverCall): Promise<boolean> {
    return removeBucket(this.#s3, name, signal);
  }

  async bucketExists(name: string, { signal }: DriverCall): Promise<boolean> {
    return bucketExists(this.#s3, name, signal);
  }

  bucket(name: string): BucketDriver {
    return new MinioBucketDriver(this.#s3, name, this.#listFeatures, this.#server);
  }

  async close(): Promise<void> {
    this.#s3.close();
  }

  async #require(target: ProbeTarget, used: UsedCapabilities, { signal }: DriverCall): Promise<void> {
    return this.#server.require(this.#s3, target, used, signal);
  }

  /** @throws `InvalidRequest` if requests are anonymous. */
  async #signingKeys(bucket: string, signal: AbortSignal | undefined): Promise<SigningContext & { readonly credentials: Credentials }> {
    const { credentials, region } = await this.#s3.signingContext(bucket, signal);
    if (credentials !== undefined) return { credentials, region };
    throw new StorageError({ code: 'InvalidRequest', message: "presigned URLs require credentials, but `credentials` is 'anonymous'" });
  }
}

/** The security token service of AWS for an endpoint of AWS. MinIO has its own at the endpoint itself. */
function stsUrl({ protocol, host, port }: Endpoint, region: string, env: Environment): string {
  const url = readVariable(env, 'AWS_ENDPOINT_URL_STS') ?? readVariable(env, 'AWS_ENDPOINT_URL');
  if (url === undefined) return isAwsHost(host) ? awsStsUrl(region) : `${protocol}//${hostHeader({ protocol, port }, host)}`;
  if (URL.canParse(url) && /^https?:/i.test(url)) return url;
  throw new StorageError({ code: 'ConfigError', message: 'AWS_ENDPOINT_URL_STS and AWS_ENDPOINT_URL must be http or https URLs' });
}

async function createClient({ endpoint, region }: ResolvedOptions, cache: CredentialCache): Promise<Client> {
  const minio = await importMinio();
  const current = await cache.get(undefined);
  const credentialsProvider = {
    getCredentials: async () => {
      const credentials = await cache.get(undefined);
      return {
        getAccessKey: () => credentials?.accessKey,
        getSecretKey: () => credentials?.secretKey,
        getSessionToken: () => credentials?.sessionToken,
      };
    },
  };
  return new minio.Client({
    endPoint: endpoint.host,
    port: endpoint.port,
    useSSL: endpoint.protocol === 'https:',
    region,
    pathStyle: endpoint.pathStyle,
    ...(current === undefined
      ? {}
      : {
          accessKey: current.accessKey,
          secretKey: current.secretKey,
          // The package does not export the class that its types require; the client calls only these methods.
          credentialsProvider: credentialsProvider as unknown as NonNullable<ClientOptions['credentialsProvider']>,
        }),
  });
}

/** Not a static import: the package takes some 200 ms to load. */
async function importMinio(): Promise<typeof import('minio')> {
  try {
    return await importPackage('minio', () => import('minio'), import.meta.url);
  } catch (error) {
    throw toStorageError(error, { operation: 'client' });
  }
}
