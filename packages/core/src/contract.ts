/**
 * The contract: what a backend promises, as cases that any test runner can run, against any datastore.
 *
 *     for (const c of contractCases) await c.run({ datastore });
 *
 * For vitest there is `contract` in `@anybucket/core/contract/vitest`.
 */
import { argumentCases } from './contract/cases/arguments.js';
import { bucketNameCases } from './contract/cases/bucket-names.js';
import { bucketCases } from './contract/cases/buckets.js';
import { cancelCases } from './contract/cases/cancel.js';
import { concurrencyCases } from './contract/cases/concurrency.js';
import { copyCases } from './contract/cases/copy.js';
import { deleteCases } from './contract/cases/delete.js';
import { errorCases } from './contract/cases/errors.js';
import { fgetCases } from './contract/cases/fget.js';
import { fputCases } from './contract/cases/fput.js';
import { getCases } from './contract/cases/get.js';
import { headerCases } from './contract/cases/headers.js';
import { besideCases } from './contract/cases/keys-beside.js';
import { refusedKeyCases } from './contract/cases/keys-refused.js';
import { keyCases } from './contract/cases/keys.js';
import { lifecycleCases } from './contract/cases/lifecycle.js';
import { listEntryCases } from './contract/cases/list-entries.js';
import { listFilenameCases } from './contract/cases/list-filename.js';
import { listManyCases } from './contract/cases/list-many.js';
import { listPageCases } from './contract/cases/list-pages.js';
import { listCases } from './contract/cases/list.js';
import { metadataCases } from './contract/cases/metadata.js';
import { missingBucketCases } from './contract/cases/missing-bucket.js';
import { nativeCases } from './contract/cases/native.js';
import { notImplementedCases } from './contract/cases/not-implemented.js';
import { presignCases } from './contract/cases/presign.js';
import { putClosesSourceCases } from './contract/cases/put-closes-source.js';
import { putFailureCases } from './contract/cases/put-failures.js';
import { putRequestCases } from './contract/cases/put-request.js';
import { putSourceCases } from './contract/cases/put-sources.js';
import { putCases } from './contract/cases/put.js';
import { raceCases } from './contract/cases/races.js';
import { rangeCases } from './contract/cases/ranges.js';
import { readConditionCases } from './contract/cases/read-conditions.js';
import { refusalCases } from './contract/cases/refusals.js';
import { statCases } from './contract/cases/stat.js';
import { streamingCases } from './contract/cases/streaming.js';
import { tagCases } from './contract/cases/tags.js';
import { versioningCases } from './contract/cases/versioning.js';
import { writeConditionCases } from './contract/cases/write-conditions.js';
import type { ContractCase } from './contract/contract-case.js';

export type { ContractCase, ContractContext, Need } from './contract/contract-case.js';

/** Every case, by what it is about. */
export const contractCases: readonly ContractCase[] = [
  ...bucketCases,
  ...bucketNameCases,
  ...missingBucketCases,
  ...keyCases,
  ...refusedKeyCases,
  ...besideCases,
  ...putCases,
  ...putSourceCases,
  ...putFailureCases,
  ...putClosesSourceCases,
  ...fputCases,
  ...putRequestCases,
  ...getCases,
  ...rangeCases,
  ...fgetCases,
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
  ...readConditionCases,
  ...writeConditionCases,
  ...raceCases,
  ...concurrencyCases,
  ...streamingCases,
  ...cancelCases,
  ...versioningCases,
  ...presignCases,
  ...nativeCases,
  ...notImplementedCases,
  ...refusalCases,
  ...argumentCases,
  ...errorCases,
  ...lifecycleCases,
];
