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
import type { Client } from 'minio';
import { MinioBucketDriver } from './bucket.js';
import { toEndpoint } from './http/endpoint.js';
import { bucketExists, createBucket, listBuckets, removeBucket } from './operations/buckets.js';
import type { ListFeatures } from './operations/list-position.js';
import { getTags, setTags } from './operations/tags.js';
import { getVersioning, listVersions, setVersioning } from './operations/versions.js';
import { credentialSources, resolveOptions } from './options.js';
import { MinioUploads } from './operations/uploads.js';
import type { Environment, MinioDatastoreOptions } from './options.js';
import { S3Client } from './s3/s3-client.js';
import { Signer } from './s3/signer.js';
import type { Credentials } from './s3/signer.js';

/** The capabilities of a MinIO server. The README lists what differs on other S3 servers. */
const capabilities: DriverCapabilities = {
  conditionalPut: true,
  // MinIO silently ignores these conditions, so they are rejected instead.
  conditionalDelete: false,
  conditionalCopy: false,
  native: true,
  listsBelowObjects: false,
  snapshotReads: false,
  md5Etags: true,
  checksums: true,
  listsAllUploads: false,
  copiesKeepChecksums: false,
  serverSideListMetadata: true,
  persistent: true,
};

/** The driver of `MinioDatastore`. Exported so that it can be wrapped: `new PortableDatastore(wrap(new MinioDriver(options)))`. */
export class MinioDriver implements DatastoreDriver {
  readonly backend = 'minio';
  readonly capabilities = capabilities;
  readonly tags: TagDriver = {
    getTags: (bucket, key, call) => getTags(this.#s3, bucket, key, call),
    setTags: (bucket, key, tags, call) => setTags(this.#s3, bucket, key, tags, call),
  };
  readonly versions: VersionDriver = {
    listVersions: (bucket, call) => listVersions(this.#s3, bucket, call),
    setVersioning: (bucket, state, call) => setVersioning(this.#s3, bucket, state, call),
    getVersioning: (bucket, call) => getVersioning(this.#s3, bucket, call),
  };
  readonly presigner: Presigner = {
    presign: async (bucket, key, { method, expiresIn, headers, query }) =>
      this.#s3.signer.presign({ method, bucket, key, query, headers }, expiresIn) ?? throwWithoutCredentials(),
    presignPost: async (bucket, { expiresIn, conditions, fields }) => {
      const form = this.#s3.signer.presignPost(bucket, expiresIn, conditions) ?? throwWithoutCredentials();
      return { url: form.url, fields: { ...fields, ...form.fields } };
    },
  };
  readonly uploads: UploadDriver;
  readonly #options: MinioDatastoreOptions;
  readonly #s3: S3Client;
  readonly #listFeatures: ListFeatures = { metadata: undefined, minioTokens: undefined };
  #client: Promise<Client> | undefined;

  /**
   * Creates a driver. No request is sent before the first call.
   * @param env where credentials are looked for if the options contain none. @defaultValue process.env
   * @throws `InvalidArgument` for an unknown option or one of the wrong type; `ConfigError` for an invalid value, such as a host with a port,
   *   and for one of `accessKey` and `secretKey` without the other.
   */
  constructor(options: MinioDatastoreOptions, env: Environment = process.env) {
    const resolved = resolveOptions(options, env);
    const {
      endPoint,
      port,
      tls = false,
      pathStyle = true,
      region = 'us-east-1',
      maxConnections = 50,
      connectTimeoutMs = 10_000,
      idleTimeoutMs = 60_000,
      retries = 3,
    } = resolved;
    const signer = new Signer(toEndpoint(endPoint, port, tls, pathStyle), region, toCredentials(resolved));
    this.#options = resolved;
    this.#s3 = new S3Client(signer, { tls, maxConnections, connectTimeoutMs, idleTimeoutMs, retries });
    this.uploads = new MinioUploads(this.#s3);
  }

  /** Returns a client of the `minio` package; see `MinioDatastore.client`. The driver itself does not use it. */
  async client(): Promise<Client> {
    // A failure is not kept: the next call tries again.
    this.#client ??= createClient(this.#options).catch((error: unknown) => {
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
    return new MinioBucketDriver(this.#s3, name, this.#listFeatures);
  }

  async close(): Promise<void> {
    this.#s3.close();
  }
}

function throwWithoutCredentials(): never {
  throw new StorageError({
    code: 'InvalidRequest',
    message: `presigned URLs require credentials, but none were found in ${credentialSources}`,
  });
}

function toCredentials({ accessKey, secretKey, sessionToken }: MinioDatastoreOptions): Credentials | undefined {
  return accessKey === undefined || secretKey === undefined ? undefined : { accessKey, secretKey, sessionToken };
}

async function createClient({
  endPoint,
  port,
  tls = false,
  region = 'us-east-1',
  pathStyle = true,
  accessKey,
  secretKey,
  sessionToken,
}: MinioDatastoreOptions): Promise<Client> {
  const minio = await importMinio();
  return new minio.Client({
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

/** Not a static import: the package takes some 200 ms to load. */
async function importMinio(): Promise<typeof import('minio')> {
  try {
    return await importPackage('minio', () => import('minio'), import.meta.url);
  } catch (error) {
    throw toStorageError(error, { operation: 'client' });
  }
}
