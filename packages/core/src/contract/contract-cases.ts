import { anyKeyCases } from './cases/any-keys.js';
import { argumentCases } from './cases/arguments.js';
import { bucketNameCases } from './cases/bucket-names.js';
import { bucketCases } from './cases/buckets.js';
import { bulkCases } from './cases/bulk.js';
import { cancelCases } from './cases/cancel.js';
import { capabilityCases } from './cases/capabilities.js';
import { checksumRuleCases } from './cases/checksum-rules.js';
import { checksumCases } from './cases/checksums.js';
import { concurrencyCases } from './cases/concurrency.js';
import { copyCases } from './cases/copy.js';
import { deleteCases } from './cases/delete.js';
import { errorPrecedenceCases } from './cases/error-precedence.js';
import { errorCases } from './cases/errors.js';
import { fgetCases } from './cases/fget.js';
import { fputCases } from './cases/fput.js';
import { getCases } from './cases/get.js';
import { headerCases } from './cases/headers.js';
import { invalidKeyCases } from './cases/invalid-keys.js';
import { keyCases } from './cases/keys.js';
import { lifecycleCases } from './cases/lifecycle.js';
import { listEntryCases } from './cases/list-entries.js';
import { listFilenameCases } from './cases/list-filename.js';
import { listManyCases } from './cases/list-many.js';
import { listPageCases } from './cases/list-pages.js';
import { listCases } from './cases/list.js';
import { metadataCases } from './cases/metadata.js';
import { missingBucketCases } from './cases/missing-bucket.js';
import { nativeCases } from './cases/native.js';
import { nestedKeyCases } from './cases/nested-keys.js';
import { preserveTimesCases } from './cases/preserve-times.js';
import { presignCases } from './cases/presign.js';
import { putClosesSourceCases } from './cases/put-closes-source.js';
import { putFailureCases } from './cases/put-failures.js';
import { putInheritsCases } from './cases/put-inherits.js';
import { putLimitCases } from './cases/put-limits.js';
import { putRequestLimitCases } from './cases/put-request-limits.js';
import { putRequestCases } from './cases/put-request.js';
import { putSourceCases } from './cases/put-sources.js';
import { putCases } from './cases/put.js';
import { raceCases } from './cases/races.js';
import { rangeHeaderCases } from './cases/range-headers.js';
import { rangeCases } from './cases/ranges.js';
import { readConditionCases } from './cases/read-conditions.js';
import { realmCases } from './cases/realms.js';
import { statCases } from './cases/stat.js';
import { streamingCases } from './cases/streaming.js';
import { tagCases } from './cases/tags.js';
import { timerCases } from './cases/timers.js';
import { uploadChecksumCases } from './cases/upload-checksums.js';
import { uploadCompletionCases } from './cases/upload-completion.js';
import { uploadListCases } from './cases/upload-lists.js';
import { uploadPartCopyCases } from './cases/upload-part-copies.js';
import { uploadReadCases } from './cases/upload-reads.js';
import { uploadCases } from './cases/uploads.js';
import { versionCopyCases } from './cases/version-copies.js';
import { versionDeleteCases } from './cases/version-deletes.js';
import { versionListCases } from './cases/version-lists.js';
import { versionReadCases } from './cases/version-reads.js';
import { validatorCases } from './cases/validators.js';
import { versioningCases } from './cases/versioning.js';
import { writeConditionCases } from './cases/write-conditions.js';
import type { ContractCase } from './contract-case.js';

/** All cases, grouped by subject. */
export const contractCases: readonly ContractCase[] = [
  ...bucketCases,
  ...bucketNameCases,
  ...missingBucketCases,
  ...keyCases,
  ...invalidKeyCases,
  ...anyKeyCases,
  ...nestedKeyCases,
  ...putCases,
  ...putSourceCases,
  ...putFailureCases,
  ...putInheritsCases,
  ...putClosesSourceCases,
  ...fputCases,
  ...putRequestCases,
  ...putRequestLimitCases,
  ...putLimitCases,
  ...checksumCases,
  ...checksumRuleCases,
  ...getCases,
  ...rangeCases,
  ...rangeHeaderCases,
  ...fgetCases,
  ...preserveTimesCases,
  ...statCases,
  ...headerCases,
  ...metadataCases,
  ...tagCases,
  ...listCases,
  ...listEntryCases,
  ...listPageCases,
  ...listManyCases,
  ...listFilenameCases,
  ...deleteCases,
  ...copyCases,
  ...bulkCases,
  ...readConditionCases,
  ...validatorCases,
  ...writeConditionCases,
  ...raceCases,
  ...concurrencyCases,
  ...timerCases,
  ...streamingCases,
  ...cancelCases,
  ...versioningCases,
  ...versionReadCases,
  ...versionDeleteCases,
  ...versionCopyCases,
  ...versionListCases,
  ...uploadCases,
  ...uploadReadCases,
  ...uploadCompletionCases,
  ...uploadListCases,
  ...uploadPartCopyCases,
  ...uploadChecksumCases,
  ...presignCases,
  ...nativeCases,
  ...capabilityCases,
  ...errorPrecedenceCases,
  ...argumentCases,
  ...realmCases,
  ...errorCases,
  ...lifecycleCases,
];
