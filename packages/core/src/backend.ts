/** The API for implementors of backends: the driver interfaces, `PortableDatastore`, and functions that implement the shared semantics. */
export { PortableDatastore } from './operations/datastore.js';
export type { PortableDatastoreOptions } from './operations/datastore.js';
export type * from './driver/optional-drivers.js';
export type * from './driver/bucket-driver.js';
export type * from './driver/calls.js';
export type * from './driver/datastore-driver.js';
export type { Capabilities, KeyRules, OperationCapability, TraitCapability } from './api/capabilities.js';
export { operationCapabilities, traitCapabilities } from './rules/capabilities.js';
export { StorageError, describeValue, invalidArgument, messageOf, storageErrorCodes } from './api/errors.js';
export { toStorageError } from './operations/to-storage-error.js';
export { readWholeBody } from './body/read-whole-body.js';
export { toListEntry, toObjectInfo } from './rules/object-record.js';
export type { ObjectRecord } from './rules/object-record.js';
export { checkAnyKey, checkKey, maxKeyBytes, maxSegmentBytes } from './rules/keys.js';
export { checkBucketName, isBucketName } from './rules/bucket-names.js';
export { resolveRange } from './rules/ranges.js';
export type { DeleteOutcome, ObjectVersionId, ResolvedRange, VersionMarker } from './api/results.js';
export type { CompletedPart, UploadedPart, UploadInfo } from './api/uploads.js';
export {
  EtagHasher,
  defaultPartSize,
  etagOf,
  isMultipartEtag,
  maxPartSize,
  maxParts,
  minPartSize,
  multipartEtag,
  unquoteEtag,
} from './rules/etags.js';
export { evaluateReadConditions, evaluateSourceConditions, evaluateWriteConditions } from './rules/conditions.js';
export type { ConditionSubject } from './rules/conditions.js';
export { keyAfterPrefix, compareKeys } from './rules/key-order.js';
export { commonPrefix, maxPageSize, pageOfKeys } from './rules/listing.js';
export type { KeyPage, PageRequest, SortedKeys } from './rules/listing.js';
export { decodeMetadataValue, encodeMetadataValue, normaliseMetadata } from './rules/metadata.js';
export { defaultContentType, normaliseHeaders } from './rules/headers.js';
export { normaliseTags } from './rules/tags.js';
export { checkPartChecksum, partRange, partsOfSize, resolveCopyRange, selectParts } from './rules/uploads.js';
export type { ObjectPart, StoredPart } from './rules/uploads.js';
export {
  findVersion,
  isVersion,
  isVersionId,
  newVersionId,
  parseVersionId,
  planDelete,
  planWrite,
  selectVersion,
  versioningOf,
} from './rules/versions.js';
export type { VersionDelete, VersionEntry, VersionWrite } from './rules/versions.js';
export { pageOfVersions, toObjectVersion } from './rules/version-listing.js';
export type { ListedVersion, VersionPage, VersionPageRequest, VersionRecord } from './rules/version-listing.js';
export {
  checkChecksum,
  checkUploadChecksum,
  checksumBytes,
  combineChecksums,
  compositeChecksum,
  defaultChecksumType,
  joinChecksums,
  toChecksum,
} from './rules/checksums.js';
export type { PartChecksum } from './rules/checksums.js';
export { borrowChunks } from './body/stored-object.js';
export { checksumOf, createChecksumHasher } from './body/checksum-hasher.js';
export type { ChecksumHasher } from './body/checksum-hasher.js';
export { contentDisposition } from './rules/content-disposition.js';
export { contentTypeOf } from './rules/content-types.js';
export { toHttpDate, truncateToSeconds } from './rules/http-dates.js';
export type { BackendContext, BackendModule, OptionSchema, OptionType, OptionsSchema, UrlSchema } from './config/backend-module.js';
export { importPackage, rethrow } from './driver/import-package.js';
export { extendBucketDriver, extendDriver } from './driver/extend-driver.js';
export { listPageWithDetails, listVersionsPageWithDetails } from './operations/bucket.js';
export type { DetailedPageOptions } from './operations/list.js';
export { wrapDatastore } from './operations/wrap-datastore.js';
export { delayed } from './driver/delayed.js';
export type { DelayOptions } from './driver/delayed.js';
