/**
 * What a backend can do, beyond what all do. Users read it, and the contract reads it: a capability that is true is tested,
 * one that is false is tested to fail with `NotImplemented` (operations) or weakens an assertion (traits).
 */
export interface Capabilities {
  /** `put` with `ifMatch` or `ifNoneMatch` decides atomically. */
  readonly conditionalPut: boolean;
  /** `delete` of one key with `ifMatch`. */
  readonly conditionalDelete: boolean;
  /** `fcopyTo` with `ifMatch` or `ifNoneMatch` on the target. Conditions on the source work everywhere. */
  readonly conditionalCopy: boolean;
  /** Object tags. */
  readonly tags: boolean;
  /** `setVersioning`, `versioning`, `listVersions` and `versionId`. */
  readonly versioning: boolean;
  /** `presign`. */
  readonly presign: boolean;
  /** Options that go to the server as they are: `native`. */
  readonly native: boolean;

  /** Keys under `a/` are listed, and may have any name, while an object `a` exists. MinIO has a file of its own there, `a/xl.meta`. */
  readonly listsBelowObjects: boolean;
  /** A reader that has begun keeps its body while the object is overwritten, and holds no writer up. */
  readonly snapshotReads: boolean;
  /** ETags are MD5s by the part rule (see `etags`). */
  readonly md5Etags: boolean;
  /** Listing with metadata costs no request an object. */
  readonly serverSideListMetadata: boolean;
  /** Objects outlive the process. */
  readonly persistent: boolean;
}

/** The capabilities that are operations: false means `NotImplemented`, never ignored. */
export const operationCapabilities = [
  'conditionalPut',
  'conditionalDelete',
  'conditionalCopy',
  'tags',
  'versioning',
  'presign',
  'native',
] as const;

/** The capabilities that are traits: false means a weaker promise. */
export const traitCapabilities = ['listsBelowObjects', 'snapshotReads', 'md5Etags', 'serverSideListMetadata', 'persistent'] as const;

export type OperationCapability = (typeof operationCapabilities)[number];
export type TraitCapability = (typeof traitCapabilities)[number];
