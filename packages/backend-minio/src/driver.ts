import { StorageError } from '@anybucket/core/backend';
import type {
  BucketDriver,
  DatastoreDriver,
  DriverCall,
  DriverCapabilities,
  Presigner,
  TagDriver,
  VersionDriver,
} from '@anybucket/core/backend';
import type { Client } from 'minio';
import { MinioBucketDriver } from './bucket.js';
import { S3Server } from './http/s3-server.js';
import { endpointOf } from './http/endpoint.js';
import { Signer } from './http/signer.js';
import type { Credentials } from './http/signer.js';
import { loadMinio } from './load.cjs';
import { bucketExists, createBucket, listBuckets, removeBucket } from './operations/buckets.js';
import type { ListingTraits } from './operations/listing-traits.js';
import { getTags, setTags } from './operations/tags.js';
import { getVersioning, listVersions, setVersioning } from './operations/versions.js';
import type { MinioDatastoreOptions } from './options.js';

/** What a MinIO server does. Where another S3 server differs, the README's table says so. */
const capabilities: DriverCapabilities = {
  conditionalPut: true,
  // The server ignores both in silence, so they are refused here.
  conditionalDelete: false,
  conditionalCopy: false,
  native: true,
  listsBelowObjects: false,
  snapshotReads: false,
  md5Etags: true,
  serverSideListMetadata: true,
  persistent: true,
};

/** The primitives over one server. No request is made before the first call. */
export class MinioDriver implements DatastoreDriver {
  readonly backend = 'minio';
  readonly capabilities = capabilities;
  readonly tags: TagDriver = {
    getTags: (bucket, key, call) => getTags(this.#server, bucket, key, call),
    setTags: (bucket, key, tags, call) => setTags(this.#server, bucket, key, tags, call),
  };
  readonly versions: VersionDriver = {
    listVersions: (bucket, { prefix, signal }) => listVersions(this.#server, bucket, prefix, signal),
    setVersioning: (bucket, state, call) => setVersioning(this.#server, bucket, state, call),
    getVersioning: (bucket, call) => getVersioning(this.#server, bucket, call),
  };
  readonly presigner: Presigner = {
    presign: async (method, bucket, key, { expiresIn, contentType, versionId }) => {
      const url = this.#server.signer.presign({ method, bucket, key, query: { versionId } }, expiresIn, contentType);
      if (url === undefined)
        throw new StorageError({ code: 'InvalidRequest', message: 'a URL can be signed only with `accessKey` and `secretKey`' });
      return url;
    },
  };
  readonly #server: S3Server;
  readonly #traits: ListingTraits = { metadata: undefined, keyTokens: undefined };

  readonly #options: MinioDatastoreOptions;
  #client: Client | undefined;

  /** @throws `ConfigError` for options that lead to no server. */
  constructor(options: MinioDatastoreOptions) {
    const {
      endPoint,
      port,
      tls = false,
      pathStyle = true,
      region = 'us-east-1',
      connectTimeout = 10_000,
      idleTimeout = 60_000,
      retries = 3,
    } = options;
    const signer = new Signer(endpointOf(endPoint, port, tls, pathStyle), region, credentialsOf(options));
    this.#options = options;
    this.#server = new S3Server(signer, { tls, connectTimeout, idleTimeout, retries });
  }

  /** The client of the `minio` package, loaded when it is asked for: nothing here needs it, and it is large. */
  get client(): Client {
    this.#client ??= clientFor(this.#options);
    return this.#client;
  }

  async listBuckets({ signal }: DriverCall): Promise<string[]> {
    return listBuckets(this.#server, signal);
  }

  async createBucket(name: string, { signal }: DriverCall): Promise<boolean> {
    return createBucket(this.#server, name, signal);
  }

  async removeBucket(name: string, { signal }: DriverCall): Promise<boolean> {
    return removeBucket(this.#server, name, signal);
  }

  async bucketExists(name: string, { signal }: DriverCall): Promise<boolean> {
    return bucketExists(this.#server, name, signal);
  }

  bucket(name: string): BucketDriver {
    return new MinioBucketDriver(this.#server, name, this.#traits);
  }

  async close(): Promise<void> {
    this.#server.close();
  }
}

function credentialsOf({ accessKey, secretKey, sessionToken }: MinioDatastoreOptions): Credentials | undefined {
  if (accessKey === undefined && secretKey === undefined) return undefined;
  if (accessKey === undefined || secretKey === undefined) {
    throw new StorageError({
      code: 'ConfigError',
      message: '`accessKey` and `secretKey` go together: give both, or neither for anonymous requests',
    });
  }
  return { accessKey, secretKey, sessionToken };
}

function clientFor({
  endPoint,
  port,
  tls = false,
  region = 'us-east-1',
  pathStyle = true,
  accessKey,
  secretKey,
  sessionToken,
}: MinioDatastoreOptions): Client {
  return new (loadMinio().Client)({
    endPoint,
    useSSL: tls,
    region,
    pathStyle,
    ...(port === undefined ? {} : { port }),
    ...(accessKey === undefined ? {} : { accessKey }),
    ...(secretKey === undefined ? {} : { secretKey }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
}
