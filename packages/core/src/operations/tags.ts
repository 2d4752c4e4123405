import type { Tags } from '../api/object-info.js';
import type { TagsOptions } from '../api/options.js';
import type { TagDriver } from '../driver/abilities.js';
import { invalidArgument } from '../api/errors.js';
import { checkKey } from '../rules/keys.js';
import { normaliseTags } from '../rules/tags.js';
import { checkOptions, requireSignal, requireNonEmptyString } from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { Target } from './target.js';

const tagsChecks: OptionChecks<TagsOptions> = { signal: requireSignal, versionId: requireNonEmptyString };

/** `tags`. */
export async function getTags(target: Target, key: string, options: TagsOptions | undefined): Promise<Record<string, string>> {
  return withTags(target, 'tags', key, options, (driver, call) => driver.getTags(target.name, key, call));
}

/** `setTags`. */
export async function setTags(target: Target, key: string, tags: Tags, options: TagsOptions | undefined): Promise<void> {
  return withTags(target, 'setTags', key, options, async (driver, call) => {
    if (tags === undefined) throw invalidArgument('`tags` must be an object of strings');
    await driver.setTags(target.name, key, normaliseTags(tags), call);
  });
}

/** `removeTags`. */
export async function removeTags(target: Target, key: string, options: TagsOptions | undefined): Promise<void> {
  return withTags(target, 'removeTags', key, options, (driver, call) => driver.setTags(target.name, key, {}, call));
}

function withTags<T>(
  target: Target,
  operation: string,
  key: string,
  options: TagsOptions | undefined,
  call: (driver: TagDriver, options: TagsOptions) => Promise<T>,
): Promise<T> {
  return target.run(operation, key, options, async () => {
    checkKey(key);
    const { signal, versionId } = checkOptions(options, tagsChecks);
    const driver = target.requireTags();
    target.requireFor(versionId, 'versioning', '`versionId`');
    return call(driver, { signal, versionId });
  });
}
