import type { ListVersionsOptions, ListVersionsPageOptions, CallOptions } from '../api/options.js';
import type { CommonPrefix, ObjectVersion, VersioningState } from '../api/object-info.js';
import type { VersionMarker, VersionsPage } from '../api/results.js';
import type { DriverVersionsPage, ListVersionsCall } from '../driver/optional-drivers.js';
import { describeValue, invalidArgument } from '../api/errors.js';
import { isPlainObject } from '../rules/is-plain-object.js';
import { compareKeys } from '../rules/key-order.js';
import { maxPageSize } from '../rules/listing.js';
import {
  checkOptions,
  requireDelimiter,
  requireInteger,
  requireNonEmptyString,
  requireSignal,
  requireWellFormed,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

const listChecks: OptionChecks<ListVersionsOptions> = { signal: requireSignal, prefix: requireWellFormed };
const pageChecks: OptionChecks<ListVersionsPageOptions> = {
  ...listChecks,
  delimiter: requireDelimiter,
  after: requireMarker,
  pageSize: requireInteger(1, Number.MAX_SAFE_INTEGER),
};
const callChecks: OptionChecks<CallOptions> = { signal: requireSignal };

/** Returns the versions and delete markers of all pages. */
export async function listVersions(bucket: BucketContext, options: ListVersionsOptions | undefined): Promise<ObjectVersion[]> {
  return bucket.run('listVersions', undefined, options, async () => {
    const { signal, prefix = '' } = checkOptions(options, listChecks);
    const versions: ObjectVersion[] = [];
    // If the version of a marker was removed, the next page lists its key again from the newest version.
    const listedIds = new Set<string>();
    let after: VersionMarker | undefined;
    do {
      const page = await requestPage(bucket, { prefix, delimiter: '', after, maxKeys: maxPageSize, signal });
      for (const entry of page.entries) {
        if (entry.isPrefix === true) continue;
        if (entry.key !== versions.at(-1)?.key) listedIds.clear();
        else if (listedIds.has(entry.versionId)) continue;
        listedIds.add(entry.versionId);
        versions.push(entry);
      }
      after = nextMarker(page);
    } while (after !== undefined);
    return versions;
  });
}

/** Returns one page of versions and delete markers, and the position of the next page. */
export async function listVersionsPage(bucket: BucketContext, options: ListVersionsPageOptions | undefined): Promise<VersionsPage> {
  return bucket.run('listVersionsPage', undefined, options, async () => {
    const { signal, prefix = '', delimiter = '', after, pageSize = maxPageSize } = checkOptions(options, pageChecks);
    const page = await requestPage(bucket, { prefix, delimiter, after, maxKeys: Math.min(pageSize, maxPageSize), signal });
    const next = nextMarker(page);
    return next === undefined ? { entries: page.entries } : { entries: page.entries, next };
  });
}

/** Returns one page with the details of its entries. */
export async function listDetailedVersionsPage(bucket: BucketContext, options: ListVersionsPageOptions): Promise<DriverVersionsPage> {
  return bucket.run('listVersionsPage', undefined, options, async () => {
    const { signal, prefix = '', delimiter = '', after, pageSize = maxPageSize } = checkOptions(options, pageChecks);
    return requestPage(bucket, { prefix, delimiter, after, maxKeys: Math.min(pageSize, maxPageSize), details: true, signal });
  });
}

/** Enables or suspends versioning. */
export async function setVersioning(
  bucket: BucketContext,
  state: 'enabled' | 'suspended',
  options: CallOptions | undefined,
): Promise<void> {
  return bucket.run('setVersioning', undefined, options, async () => {
    if (state !== 'enabled' && state !== 'suspended')
      throw invalidArgument(`\`state\` must be 'enabled' or 'suspended', not ${describeValue(state)}`);
    const { signal } = checkOptions(options, callChecks);
    await bucket.requireVersions().setVersioning(bucket.name, state, { signal });
  });
}

/** Returns the versioning state of the bucket. */
export async function getVersioning(bucket: BucketContext, options: CallOptions | undefined): Promise<VersioningState> {
  return bucket.run('versioning', undefined, options, async () => {
    const { signal } = checkOptions(options, callChecks);
    return bucket.requireVersions().getVersioning(bucket.name, { signal });
  });
}

async function requestPage(bucket: BucketContext, call: ListVersionsCall): Promise<DriverVersionsPage> {
  const page = await bucket.requireVersions().listVersions(bucket.name, call);
  if (page.entries.length > call.maxKeys)
    throw new TypeError(`the driver returned a page of ${page.entries.length} entries, expected at most ${call.maxKeys}`);
  if (page.truncated && !advances(page.entries.at(-1), call.after))
    throw new TypeError('the driver returned `truncated: true`, but the page did not advance');
  return page;
}

/** Returns whether a page makes progress; if not, a faulty driver could cause an endless listing. */
function advances(last: ObjectVersion | CommonPrefix | undefined, after: VersionMarker | undefined): boolean {
  if (last === undefined) return false;
  if (after === undefined) return true;
  const order = compareKeys(last.key, after.key);
  if (order !== 0) return order > 0;
  // A common prefix is also listed after a version of its key; the position after it names no version.
  return after.versionId !== undefined && (last.isPrefix === true || last.versionId !== after.versionId);
}

function nextMarker({ entries, truncated }: DriverVersionsPage): VersionMarker | undefined {
  const last = entries.at(-1);
  if (!truncated || last === undefined) return undefined;
  return last.isPrefix === true ? { key: last.key } : { key: last.key, versionId: last.versionId };
}

function requireMarker(value: unknown, name: string): void {
  if (!isPlainObject(value)) throw invalidArgument(`\`${name}\` must be a plain object with \`key\` and \`versionId\``);
  const { key, versionId, ...unknown } = value;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined) throw invalidArgument(`unknown field ${describeValue(extra)} of \`${name}\`; expected \`key\` or \`versionId\``);
  requireWellFormed(key, `${name}.key`);
  if (versionId !== undefined) requireNonEmptyString(versionId, `${name}.versionId`);
}
