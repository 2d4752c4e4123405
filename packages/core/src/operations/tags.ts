import type { Tags } from '../api/object-info.js';
import type { TagsOptions } from '../api/options.js';
import type { TagDriver } from '../driver/optional-drivers.js';
import { invalidArgument } from '../api/errors.js';
import { normaliseTags } from '../rules/tags.js';
import { checkOptions, requireSignal, requireNonEmptyString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

const tagsChecks: OptionChecks<TagsOptions> = { signal: requireSignal, versionId: requireNonEmptyString };

/** Returns the tags of an object. */
export async function getTags(bucket: BucketContext, key: string, options: TagsOptions | undefined): Promise<Record<string, string>> {
  return withTags(bucket, 'tags', key, options, (driver, call) => driver.getTags(bucket.name, key, call));
}

/** Replaces the tags of an object. */
export async function setTags(bucket: BucketContext, key: string, tags: Tags, options: TagsOptions | undefined): Promise<void> {
  return withTags(bucket, 'setTags', key, options, async (driver, call) => {
    if (tags === undefined) throw invalidArgument('`tags` must be a plain object with string values, not undefined');
    await driver.setTags(bucket.name, key, normaliseTags(tags), call);
  });
}

/** Removes all tags of an object. */
export async function removeTags(bucket: BucketContext, key: string, options: TagsOptions | undefined): Promise<void> {
  return withTags(bucket, 'removeTags', key, options, (driver, call) => driver.setTags(bucket.name, key, {}, call));
}

function withTags<T>(
  bucket: BucketContext,
  operation: string,
  key: string,
  options: TagsOptions | undefined,
  call: (driver: TagDriver, options: TagsOptions) => Promise<T>,
): Promise<T> {
  return bucket.run(operation, key, options, async () => {
    bucket.checkKey(key);
    const { signal, versionId } = checkOptions(options, tagsChecks);
    const driver = bucket.requireTags();
    bucket.requireCapabilityFor(versionId, 'versioning', '`versionId`');
    return call(driver, { signal, versionId });
  });
}
