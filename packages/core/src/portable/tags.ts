import type { Tags } from '../object-info.js';
import type { TagsOptions } from '../bucket-options.js';
import type { BucketDriver } from '../driver.js';
import { invalidArgument } from '../errors.js';
import { checkKey } from '../semantics/keys.js';
import { normaliseTags } from '../semantics/tags.js';
import { checkOptions, isSignal, isText } from './options.js';
import type { OptionChecks } from './options.js';
import type { Target } from './target.js';

const tagsChecks: OptionChecks<TagsOptions> = { signal: isSignal, versionId: isText };

/** `tags`. */
export async function getTags(target: Target, key: string, options: TagsOptions | undefined): Promise<Record<string, string>> {
  return withTags(target, 'tags', key, options, async (driver, call) => (await driver.getTags?.(key, call)) ?? {});
}

/** `setTags`. */
export async function setTags(target: Target, key: string, tags: Tags, options: TagsOptions | undefined): Promise<void> {
  return withTags(target, 'setTags', key, options, async (driver, call) => {
    if (tags === undefined) throw invalidArgument('`tags` must be an object of strings');
    await driver.setTags?.(key, normaliseTags(tags), call);
  });
}

/** `removeTags`. */
export async function removeTags(target: Target, key: string, options: TagsOptions | undefined): Promise<void> {
  return withTags(target, 'removeTags', key, options, async (driver, call) => driver.setTags?.(key, {}, call));
}

function withTags<T>(
  target: Target,
  operation: string,
  key: string,
  options: TagsOptions | undefined,
  call: (driver: BucketDriver, options: TagsOptions) => Promise<T>,
): Promise<T> {
  return target.run(operation, key, options, async () => {
    checkKey(key);
    const { signal, versionId } = checkOptions(options, tagsChecks);
    target.require('tags', 'tags');
    target.requireFor(versionId, 'versioning', '`versionId`');
    return call(target.driver, { signal, versionId });
  });
}
