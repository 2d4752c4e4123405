import type { OperationCapability, TraitCapability } from '../api/capabilities.js';

/** The names of the capabilities that are operations. */
export const operationCapabilities = [
  'conditionalPut',
  'conditionalDelete',
  'conditionalCopy',
  'tags',
  'versioning',
  'presign',
  'uploads',
  'checksums',
  'native',
] as const satisfies readonly OperationCapability[];

/** The names of the capabilities that are traits. */
export const traitCapabilities = [
  'listsBelowObjects',
  'snapshotReads',
  'md5Etags',
  'listsAllUploads',
  'copiesKeepChecksums',
  'serverSideListMetadata',
  'persistent',
  'anyKeys',
] as const satisfies readonly TraitCapability[];
