/**
 * The features that differ between backends; everything else works the same on all of them.
 *
 * A capability is either an operation or a trait. A missing operation fails with `NotImplemented`; it is never ignored. A missing trait
 * weakens a guarantee. The contract suite tests every capability that a backend declares.
 */
export interface Capabilities {
  /** Operation: `put` with `ifMatch` or `ifNoneMatch`, evaluated atomically with the write. */
  readonly conditionalPut: boolean;
  /** Operation: `delete` of one key with `ifMatch`. */
  readonly conditionalDelete: boolean;
  /** Operation: `fcopyTo` with `ifMatch` or `ifNoneMatch` on the target. Conditions on the source work on every backend. */
  readonly conditionalCopy: boolean;
  /** Operation: object tags. */
  readonly tags: boolean;
  /** Operation: `setVersioning`, `versioning`, `listVersions` and the option `versionId`. */
  readonly versioning: boolean;
  /** Operation: `presign` and `presignPost`. */
  readonly presign: boolean;
  /** Operation: `createUpload`, `upload` and `listUploads`. */
  readonly uploads: boolean;
  /** Operation: the option `checksum` of `put`, `fput` and uploads. */
  readonly checksums: boolean;
  /** Operation: the option `native`, which passes headers and query parameters to the server unchanged. */
  readonly native: boolean;

  /**
   * Trait: keys below `a/` may have any name, and are listed, while an object `a` exists. MinIO reserves `a/xl.meta` in this case.
   */
  readonly listsBelowObjects: boolean;
  /** Trait: an open body is a snapshot. Overwriting the object does not change it, and reading it does not block writers. */
  readonly snapshotReads: boolean;
  /** Trait: ETags are MD5s, as described at {@link ObjectSummary.etag}. */
  readonly md5Etags: boolean;
  /** Trait: `listUploads` lists all open uploads. MinIO lists those from before its last start only if `prefix` is their whole key. */
  readonly listsAllUploads: boolean;
  /** Trait: a copy of an object without a checksum has none either. MinIO adds a CRC64NVME. */
  readonly copiesKeepChecksums: boolean;
  /** Trait: listing with metadata needs no extra request per object. */
  readonly serverSideListMetadata: boolean;
  /** Trait: objects outlive the process. */
  readonly persistent: boolean;
  /**
   * Trait: every key of S3 is accepted, because of the option `keys: 's3'` ({@link KeyRules}). Otherwise, keys must follow the portable rules,
   * and others are rejected with `InvalidKey`, though a server may list them.
   */
  readonly anyKeys: boolean;
}

/**
 * The rules for keys, an option of backends.
 *
 * - `portable`: those of {@link Bucket}, which every backend supports.
 * - `s3`: 1 to 1024 bytes of UTF-8. Keys such as `/a`, `a//b` and `a/../b` are accepted and used unchanged, and keys that end in `/` are like
 *   all others. A server may refuse some of them with `InvalidKey`. Treat such keys as opaque: joined to the path of a folder, `../x` leaves it.
 */
export type KeyRules = 'portable' | 's3';

/** The capabilities that are operations. */
export type OperationCapability =
  'conditionalPut' | 'conditionalDelete' | 'conditionalCopy' | 'tags' | 'versioning' | 'presign' | 'uploads' | 'checksums' | 'native';

/** The capabilities that are traits. */
export type TraitCapability = Exclude<keyof Capabilities, OperationCapability>;
