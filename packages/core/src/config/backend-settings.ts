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
  /** The name of a store that all datastores of this process with the same name share. Excludes the other settings. */
  readonly shared?: string | undefined;
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
}

/** Settings of `minio`, of `@anybucket/backend-minio`. */
export interface MinioSettings {
  /** Host name or IP address, without scheme and port. */
  readonly endPoint: string;
  /** @defaultValue 443 with `tls`, otherwise 80 */
  readonly port?: number | undefined;
  /** HTTPS instead of HTTP. @defaultValue false */
  readonly tls?: boolean | undefined;
  /** @defaultValue 'us-east-1' */
  readonly region?: string | undefined;
  /** Path-style requests (`host/bucket/key`); false for virtual-hosted style (`bucket.host/key`). @defaultValue true */
  readonly pathStyle?: boolean | undefined;
  /** Requests without keys are anonymous. */
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
  /** The session token of temporary keys. */
  readonly sessionToken?: string | undefined;
  /** Maximum number of connections to the server, at least 2; further requests wait. @defaultValue 50 */
  readonly maxConnections?: number | undefined;
  /** Connect timeout in milliseconds. @defaultValue 10000 */
  readonly connectTimeoutMs?: number | undefined;
  /** Idle timeout in milliseconds: without a byte received or sent. @defaultValue 60000 */
  readonly idleTimeoutMs?: number | undefined;
  /** Maximum retries of idempotent requests. @defaultValue 3 */
  readonly retries?: number | undefined;
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
