/** For implementors of backends: the driver interfaces, the portable datastore in front of them, and the shared semantics. */
export { PortableDatastore } from './portable/datastore.js';
export type * from './driver.js';
export type { Capabilities, OperationCapability, TraitCapability } from './capabilities.js';
export { operationCapabilities, traitCapabilities } from './capabilities.js';
export { StorageError } from './errors.js';
export { toStorageError } from './portable/failures.js';
export { wholeBody } from './body/whole-body.js';
export { entryOfRecord, infoOfRecord } from './semantics/object-record.js';
export type { ObjectRecord } from './semantics/object-record.js';
export { checkKey, maxKeyBytes, maxSegmentBytes } from './semantics/keys.js';
export { checkBucketName, isBucketName } from './semantics/bucket-names.js';
export { resolveRange } from './semantics/ranges.js';
export type { ResolvedRange } from './semantics/ranges.js';
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
} from './semantics/etags.js';
export { evaluateReadConditions, evaluateSourceConditions, evaluateWriteConditions } from './semantics/conditions.js';
export type { ConditionSubject } from './semantics/conditions.js';
export { afterPrefix, compareKeys } from './semantics/order.js';
export { commonPrefix, maxPageSize, pageOfKeys } from './semantics/listing.js';
export type { KeyPage, PageRequest, SortedKeys } from './semantics/listing.js';
export { decodeMetadataValue, encodeMetadataValue } from './semantics/metadata.js';
export { defaultContentType } from './semantics/headers.js';
export { contentTypeOf } from './semantics/content-types.js';
export { wholeSeconds } from './semantics/times.js';
export type { BackendContext, BackendModule } from './connect/backend-module.js';
export type { OptionSchema, OptionsSchema, UrlSchema } from './connect/options-schema.js';
export { delayed } from './wrappers/delay.js';
export type { DelayOptions } from './wrappers/delay.js';
