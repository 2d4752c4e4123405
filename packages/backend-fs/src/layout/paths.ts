/** The name of the internal directory, which holds everything but the bodies of objects. */
const internalName = '.anybucket';

/** The paths below a root directory. */
export interface RootPaths {
  readonly root: string;
  readonly internal: string;
  /** The layout version and the name rules of the root. */
  readonly format: string;
  /** The file whose byte ranges are locked. */
  readonly lock: string;
  /** The exclusive lock of runtimes without kernel locks. */
  readonly exclusiveLock: string;
  /** One temp directory per open datastore. */
  readonly temp: string;
  /** One internal directory per bucket. */
  readonly buckets: string;
}

/** The paths of one bucket. */
export interface BucketPaths {
  /** The bodies whose keys are paths. */
  readonly bucket: string;
  readonly internal: string;
  /** The other bodies, by the hash of their key. */
  readonly hashedBodies: string;
  readonly records: string;
  /** The open uploads in parts, by their id. */
  readonly uploads: string;
  /** The versioning state. Missing if versioning was never enabled. */
  readonly versioning: string;
  /** The older versions and delete markers of each key, by the hash of the key. */
  readonly histories: string;
  /** The bodies of older versions. */
  readonly versions: string;
}

export function rootPaths(root: string): RootPaths {
  const internal = `${root}/${internalName}`;
  return {
    root,
    internal,
    format: `${internal}/format.json`,
    lock: `${internal}/lock`,
    exclusiveLock: `${internal}/sole-process`,
    temp: `${internal}/tmp`,
    buckets: `${internal}/buckets`,
  };
}

export function bucketPaths({ root, buckets }: RootPaths, bucket: string): BucketPaths {
  const internal = `${buckets}/${bucket}`;
  return {
    bucket: `${root}/${bucket}`,
    internal,
    hashedBodies: `${internal}/bodies`,
    records: `${internal}/records`,
    uploads: `${internal}/uploads`,
    versioning: `${internal}/versioning.json`,
    histories: `${internal}/histories`,
    versions: `${internal}/versions`,
  };
}
