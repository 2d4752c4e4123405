import type { Agent } from 'node:http';
import type { KeyRules } from '../api/capabilities.js';
import type { Checksum, Metadata, ObjectHeaders, Tags, VersioningState } from '../api/object-info.js';
/**
 * The settings of each backend by its short name: what an object in a configuration may hold besides `backend`. Another backend adds its own:
 *
 *     declare module '@anybucket/core' { interface BackendSettings { s3: S3Settings } }
 */
export interface BackendSettings {
  memory: MemorySettings;
  fs: FsSettings;
  minio: MinioSettings;
  /** The backend `minio` with HTTPS by default. */
  s3: MinioSettings;
}

// The backends depend on this package, so their option types cannot be imported. A test of each backend compares them with these.

type MemorySeed =
  string | Uint8Array | { readonly base64: string } | MemorySeedObject | { readonly versioning?: VersioningState | undefined };

interface MemorySeedObject extends Omit<ObjectHeaders, 'expires'> {
  readonly text?: string | undefined;
  readonly bytes?: Uint8Array | undefined;
  readonly base64?: string | undefined;
  readonly expires?: Date | string | undefined;
  readonly metadata?: Metadata | undefined;
  readonly tags?: Tags | undefined;
  readonly lastModified?: Date | string | number | undefined;
  readonly parts?: readonly { readonly partNumber: number; readonly size: number }[] | undefined;
  readonly checksum?: Checksum | undefined;
  readonly versionId?: string | undefined;
  readonly isDeleteMarker?: boolean | undefined;
}

/** Settings of `memory`, of `@anybucket/backend-memory`. */
export interface MemorySettings {
  /** Initial buckets: by bucket and key, a body, an object with attributes, or versions; see `BucketSeeds` of the package. */
  readonly buckets?: Readonly<Record<string, Readonly<Record<string, MemorySeed | readonly MemorySeedObject[]>>>> | undefined;
  /** The clock for `lastModified`, which never goes back. @defaultValue Date.now */
  readonly now?: (() => Date | number) | undefined;
  /** The name of a store that all datastores of this process with the same name share. Excludes `buckets` and `now`. */
  readonly shared?: string | undefined;
  /** The rules for keys; `s3` admits every key of S3. @defaultValue 'portable' */
  readonly keys?: KeyRules | undefined;
}

/** Settings of `fs`, of `@anybucket/backend-fs`. */
export interface FsSettings {
  /** The folder that holds the buckets. */
  readonly root: string;
  /** Whether each write is flushed to the disk before it succeeds, and so survives a power failure. @defaultValue false */
  readonly durable?: boolean | undefined;
  /** Whether a missing root folder is created. @defaultValue true */
  readonly create?: boolean | undefined;
  /** Whether the root is opened for reading only. @defaultValue false */
  readonly readOnly?: boolean | undefined;
  /** After how many days without use an upload in parts is removed. @defaultValue 7 */
  readonly uploadExpiryDays?: number | undefined;
  /** The rules for keys. Others are not supported. @defaultValue 'portable' */
  readonly keys?: 'portable' | undefined;
}

type CredentialSourceName = 'default' | 'anonymous' | 'environment' | 'profile' | 'web-identity' | 'container' | 'instance';

interface CredentialSet {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly sessionToken?: string | undefined;
}

interface TemporaryCredentials extends CredentialSet {
  readonly expiration?: Date | string | undefined;
}

type CredentialFunction = (context: { readonly signal: AbortSignal }) => Promise<TemporaryCredentials> | TemporaryCredentials;

interface MinioRetryEvent {
  readonly operation: string;
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly attempts: number;
  readonly delayMs: number;
  readonly error: unknown;
}

/** Settings of `minio`, of `@anybucket/backend-minio`. */
export interface MinioSettings {
  /**
   * The server: a host name or IP address (`minio.internal`, `::1`), with a port (`localhost:9000`, `[::1]:9000`), or a URL
   * (`https://s3.eu-west-1.amazonaws.com`, `http://localhost:9000/s3`). @defaultValue `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, or the
   * endpoint of AWS for the region if one is set
   */
  readonly endPoint?: string | undefined;
  /** @defaultValue 443 with `tls`, otherwise 80 */
  readonly port?: number | undefined;
  /** Uses HTTPS. @defaultValue false, unless `endPoint` is an `https` URL or the configuration names the backend `s3` */
  readonly tls?: boolean | undefined;
  /** The path of the S3 service on the server. It is not a bucket. @defaultValue the path of `endPoint` */
  readonly pathPrefix?: string | undefined;
  /**
   * Whether a reverse proxy removes the path prefix, so that requests must be signed without it. @defaultValue detected from a response;
   * until then, presigned URLs are signed with the prefix
   */
  readonly stripsPathPrefix?: boolean | undefined;
  /** @defaultValue the region in `endPoint`, `AWS_REGION`, `AWS_DEFAULT_REGION`, or 'us-east-1' */
  readonly region?: string | undefined;
  /** Uses path-style URLs, `host/bucket/key`, instead of virtual-hosted-style URLs, `bucket.host/key`. @defaultValue true */
  readonly pathStyle?: boolean | undefined;
  /** The URL under which clients reach the server, for presigned URLs. @defaultValue that of `endPoint` */
  readonly publicUrl?: string | undefined;
  /**
   * The make of the server, which determines the capabilities of the datastore. `generic` is any other make: each capability is tested before
   * it is used. @defaultValue detected from the address and the responses of the server
   */
  readonly server?: 'minio' | 'aws' | 'r2' | 'garage' | 'seaweedfs' | 'versitygw' | 'generic' | undefined;
  /**
   * A set of credentials, a function that returns one, or the name of a source. `default` looks for credentials in environment variables,
   * shared files and profiles of AWS, a web identity, the container and instance metadata. `anonymous` sends requests without a signature.
   * @defaultValue `accessKey` and `secretKey` if given, otherwise `profile` if given, otherwise 'default'
   */
  readonly credentials?: CredentialSourceName | CredentialSet | CredentialFunction | undefined;
  /** A profile of the shared files of AWS. @defaultValue `AWS_PROFILE`, or 'default' */
  readonly profile?: string | undefined;
  /** Short form of `credentials`. Requires `secretKey`. */
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
  /** Session token of temporary credentials. */
  readonly sessionToken?: string | undefined;
  /**
   * Certificate authorities to trust instead of those of Node: PEM, or the path of a PEM file. @defaultValue the file `AWS_CA_BUNDLE` names
   */
  readonly ca?: string | undefined;
  /** Client certificate: PEM, or the path of a PEM file. Requires `key`. */
  readonly cert?: string | undefined;
  /** Private key of the client certificate: PEM, or the path of a PEM file. Requires `cert`. */
  readonly key?: string | undefined;
  /**
   * The URL of an HTTP proxy; false for none. @defaultValue `HTTPS_PROXY` or `HTTP_PROXY`, depending on `tls`, unless `NO_PROXY` contains the
   * host or the host is a loopback address
   */
  readonly proxy?: string | false | undefined;
  /** Opens the connections, instead of an agent of the datastore. Excludes `ca`, `cert`, `key` and `proxy`. It is not closed. */
  readonly agent?: Agent | undefined;
  /**
   * Maximum number of connections to the server, at least 2. Further requests wait in the order of their arrival. While requests wait, the
   * connection of a body whose reader pauses is closed, and the rest of the body is requested when it is read. @defaultValue 50
   */
  readonly maxConnections?: number | undefined;
  /** Connect timeout in milliseconds, including the TLS handshake. @defaultValue 10000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Timeout in milliseconds while the server neither sends nor receives data. Pauses of a reader or a source do not count. @defaultValue 60000 */
  readonly idleTimeoutMs?: number | undefined;
  /** Maximum retries of idempotent requests. @defaultValue 3 */
  readonly retries?: number | undefined;
  /** Called before an attempt is repeated, for logging. @defaultValue none */
  readonly onRetry?: ((event: MinioRetryEvent) => void) | undefined;
  /** The rules for keys; `s3` admits every key of S3, on servers other than MinIO. @defaultValue 'portable' */
  readonly keys?: KeyRules | undefined;
}

/** The server of a datastore over the S3 protocol, of `@anybucket/s3-server`: options of its function `serve`, and a key pair. */
export interface ServeSettings {
  /** @defaultValue 9000; 0 is any free port */
  readonly port?: number | undefined;
  /** The host name or address to listen on. Others than those of the loopback interface require keys. @defaultValue '127.0.0.1' */
  readonly host?: string | undefined;
  /** @defaultValue random keys */
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
  /** The region that clients must sign for. @defaultValue any region */
  readonly region?: string | undefined;
  /** The domain for virtual-hosted-style requests. @defaultValue path-style requests only */
  readonly domain?: string | undefined;
  /** Origins that browsers may send requests from; `*` is any. @defaultValue `['*']` */
  readonly cors?: readonly string[] | undefined;
  /** `'read'` allows requests without a signature that read. @defaultValue no anonymous requests */
  readonly anonymous?: 'read' | undefined;
  /** The address under which clients reach the server, for presigned URLs. @defaultValue the address of the server */
  readonly publicUrl?: string | undefined;
}

/** The setting that all backends have. */
export interface CommonSettings {
  /** Starts a server with the datastore, which then has the capability `presign`. Closing the datastore closes the server. */
  readonly serve?: ServeSettings | undefined;
}

/** The settings of a backend: typed for those in {@link BackendSettings}, and any for others. */
export type SettingsOf<Backend extends string> = Backend extends keyof BackendSettings
  ? BackendSettings[Backend]
  : { readonly [setting: string]: unknown };

/**
 * A datastore's configuration as an object: its backend by short name, package or path, and the backend's settings. The default is any of the
 * backends in {@link BackendSettings}; `DatastoreConfig<string>` accepts all backends and settings.
 */
export type DatastoreConfig<Backend extends string = keyof BackendSettings> = Backend extends unknown
  ? { readonly backend: Backend } & CommonSettings & SettingsOf<Backend>
  : never;
