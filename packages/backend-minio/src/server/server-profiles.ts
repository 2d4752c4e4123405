import type { Capabilities } from '@anybucket/core';

/** The values of the option `server`. */
export const serverNames = ['minio', 'aws', 'r2', 'garage', 'seaweedfs', 'versitygw', 'generic'] as const;

/** An S3 server. `generic` is one that none of the other names describes: what it supports is tested before it is used. */
export type ServerName = (typeof serverNames)[number];

/** The capabilities that depend on the server. The option `keys` decides about `anyKeys`. */
export type ServerCapabilities = Omit<Capabilities, 'presign' | 'uploads' | 'native' | 'persistent' | 'anyKeys'>;

/** What a server supports. */
export interface ServerProfile {
  readonly capabilities: ServerCapabilities;
  /**
   * Conditions that the server evaluates on writes. `any`: `If-Match` and `If-None-Match` with an ETag or `*`. `aws`: only `If-Match` with an
   * ETag, and `If-None-Match: *`; the others are translated into these.
   */
  readonly writeConditions: 'any' | 'aws';
  /** Whether `If-Match` fails with NoSuchKey if there is no object. If not, it fails with PreconditionFailed. */
  readonly reportsMissingTarget: boolean;
  /** Precedes the names of the headers of conditions on the target of a copy. */
  readonly copyConditionPrefix: string;
}

const minio: ServerProfile = {
  capabilities: {
    conditionalPut: true,
    // MinIO silently ignores these conditions, so they are rejected instead.
    conditionalDelete: false,
    conditionalCopy: false,
    tags: true,
    versioning: true,
    checksums: true,
    listsBelowObjects: false,
    // The rest of a body whose connection was closed is requested again.
    snapshotReads: false,
    md5Etags: true,
    listsAllUploads: false,
    copiesKeepChecksums: false,
    serverSideListMetadata: true,
  },
  writeConditions: 'any',
  reportsMissingTarget: true,
  copyConditionPrefix: '',
};

const aws: ServerProfile = {
  capabilities: {
    ...minio.capabilities,
    conditionalDelete: true,
    conditionalCopy: true,
    listsBelowObjects: true,
    listsAllUploads: true,
    serverSideListMetadata: false,
  },
  writeConditions: 'aws',
  reportsMissingTarget: true,
  copyConditionPrefix: '',
};

/** Measured by `npm run compat`, except `aws` and `r2`, which follow the documentation of these services. */
export const serverProfiles: Readonly<Record<ServerName, ServerProfile>> = {
  minio,
  aws,
  r2: {
    capabilities: { ...aws.capabilities, conditionalDelete: false, tags: false, versioning: false, copiesKeepChecksums: true },
    writeConditions: 'any',
    reportsMissingTarget: false,
    copyConditionPrefix: 'cf-copy-destination-',
  },
  garage: {
    ...aws,
    // It ignores conditions of writes.
    capabilities: {
      ...aws.capabilities,
      conditionalPut: false,
      conditionalDelete: false,
      conditionalCopy: false,
      tags: false,
      versioning: false,
      copiesKeepChecksums: true,
    },
  },
  seaweedfs: { ...aws, writeConditions: 'any', reportsMissingTarget: false },
  versitygw: {
    ...aws,
    // It ignores conditions on copies, and reports the success of a conditional deletion of a missing object.
    capabilities: { ...aws.capabilities, conditionalDelete: false, conditionalCopy: false, listsBelowObjects: false },
  },
  generic: {
    capabilities: { ...minio.capabilities, md5Etags: false, serverSideListMetadata: false },
    writeConditions: 'aws',
    reportsMissingTarget: false,
    copyConditionPrefix: '',
  },
};
