import { isPlainObject } from '../calls/call.js';
import { checkWriteConditions, writeConditionErrors } from './conditions.js';
import type { ModelRequest } from './model-request.js';
import type { ModelEntry } from './model-state.js';
import { keyErrors } from './names.js';
import { signalOptions } from './options.js';
import { checkKeyAndVersion, versionOption } from './reading.js';
import { deleteFrom, indexOfVersion } from './versions.js';
import type { VersionId } from './versions.js';

/** Evaluates `delete` of one key or of many. */
export function remove(request: ModelRequest): unknown {
  const [keys] = request.args;
  const { bucket, options } = request;
  if (Array.isArray(keys)) return removeMany(request, keys);
  const { ifMatch } = options;
  checkKeyAndVersion(request);
  request.addErrorCodes(writeConditionErrors({ ifMatch }));
  request.requireCapability('conditionalDelete', ifMatch);
  request.throwIfInvalid();
  const history = request.objects().history(String(keys));
  checkWriteConditions({ ifMatch }, history[indexOfVersion(history, versionOption(request))]?.object);
  return deleteOne(request, bucket, String(keys), versionOption(request));
}

function removeMany(request: ModelRequest, items: readonly unknown[]): unknown {
  const targets = items.map((item) =>
    isPlainObject(item) ? { key: item['key'], versionId: item['versionId'] as VersionId } : { key: item, versionId: undefined },
  );
  request.addErrors(...targets.flatMap(({ key }) => keyErrors(key)));
  request.checkOptions(signalOptions);
  for (const { versionId } of targets) request.requireCapability('versioning', versionId);
  request.throwIfInvalid();
  const bucket = request.objects();
  const histories = new Map<string, readonly ModelEntry[]>();
  const outcomes: Record<string, unknown>[] = [];
  const distinct = targets.filter(
    (one, index) => targets.findIndex(({ key, versionId }) => key === one.key && versionId === one.versionId) === index,
  );
  for (const { key, versionId } of distinct) {
    const name = String(key);
    const before = histories.get(name) ?? bucket.history(name);
    // A batch adds a delete marker to a key that has one, and reports one for a key without versions.
    if (versionId === undefined && bucket.versioningOf(name) !== 'off' && before[0]?.object === undefined)
      request.minioDeviations.add('batch deletes add delete markers to deleted keys');
    // All entries of a batch see the bucket before it.
    if (histories.has(name)) request.minioDeviations.add('batch deletes with several versions of a key');
    const { history, outcome } = deleteFrom(before, bucket.versioningOf(name), versionId, () => request.createMarker(request.bucket, name));
    histories.set(name, history);
    outcomes.push(versionId === undefined ? { key, ...outcome } : { key, versionId });
  }
  request.effects.push(() => histories.forEach((history, key) => bucket.setHistory(key, history)));
  const deleted = Array.from(new Set(distinct.map(({ key }) => key)));
  return outcomes.some((outcome) => outcome['versionId'] !== undefined) ? { deleted, outcomes } : { deleted };
}

/** Adds the effect of deleting one object or version, and returns its outcome. */
export function deleteOne(request: ModelRequest, bucketName: string, key: string, versionId: VersionId): unknown {
  const bucket = request.objects(bucketName);
  const state = bucket.versioningOf(key);
  const history = bucket.history(key);
  const hasOlderNullMarker = history.slice(1).some(({ id, object }) => id === undefined && object === undefined);
  if (versionId === undefined && state === 'suspended' && history[0]?.id !== undefined && hasOlderNullMarker)
    request.minioDeviations.add('a delete in a suspended bucket does nothing above an older null marker');
  const target = history[indexOfVersion(history, versionId)];
  if (versionId !== undefined && state === 'suspended' && target?.id !== undefined && target.object === undefined)
    request.minioDeviations.add('a removed delete marker of a suspended bucket is not reported as one');
  const isNullMarker = versionId !== undefined && target !== undefined && target.id === undefined && target.object === undefined;
  if (isNullMarker && state === 'enabled' && (!isXmlText(key) || request.call.method === 'presign'))
    request.minioDeviations.add('DeleteObject does not remove a null marker');
  const marker = request.createMarker(bucketName, key);
  request.effects.push(() => bucket.setHistory(key, deleteFrom(bucket.history(key), state, versionId, () => marker).history));
  return deleteFrom(history, state, versionId, () => marker).outcome;
}

/** Returns whether XML 1.0 can contain a text. */
function isXmlText(text: string): boolean {
  return Array.from(text).every(
    (character) =>
      character === '\t' || character === '\n' || character === '\r' || (character >= ' ' && !'\ufffe\uffff'.includes(character)),
  );
}
