import { types } from 'node:util';
import type { ObjectInfo } from '../api/object-info.js';
import type { GetOptions, RangeRequest } from '../api/options.js';
import { StorageError, invalidArgument, isStorageError } from '../api/errors.js';
import { OpenBody } from '../body/open-body.js';
import type { DriverObject, GetCall } from '../driver/calls.js';
import { StoredObject } from '../body/stored-object.js';
import { maxParts } from '../rules/etags.js';
import { checkIfRange, checkReadConditions, isSameObject, parseEtagList } from '../rules/conditions.js';
import type { RangeValidator } from '../rules/conditions.js';
import { checkRange, parseRange } from '../rules/ranges.js';
import { toStorageError } from './to-storage-error.js';
import {
  validatedElsewhere,
  checkOptions,
  copyNative,
  requireNativeOptions,
  requireSignal,
  requireNonEmptyString,
  requireInteger,
} from './check-options.js';
import type { OptionChecks } from './check-options.js';
import type { BucketContext } from './bucket-context.js';

export const getChecks: OptionChecks<GetOptions> = {
  signal: requireSignal,
  range: validatedElsewhere,
  ifRange: validatedElsewhere,
  partNumber: requireInteger(1, maxParts),
  versionId: requireNonEmptyString,
  native: requireNativeOptions,
  ifMatch: validatedElsewhere,
  ifNoneMatch: validatedElsewhere,
  ifModifiedSince: validatedElsewhere,
  ifUnmodifiedSince: validatedElsewhere,
};

/** Opens an object for reading. */
export function getObject(bucket: BucketContext, key: string, options: GetOptions | undefined): Promise<StoredObject> {
  return bucket.run('get', key, options, () => openObject(bucket, 'get', prepareGet(bucket, key, options)));
}

/** The validated arguments of a `get`. */
export interface PreparedGet {
  readonly key: string;
  readonly call: GetCall;
  /** The object must have none of these ETags. Servers ignore lists, so they are compared here. */
  readonly excludedEtags: readonly string[];
  /** The object to which the range applies. Servers ignore `If-Range`, so it is compared here. */
  readonly ifRange: RangeValidator | undefined;
}

/** Validates the arguments of a `get`, and builds the driver call. */
export function prepareGet(bucket: BucketContext, key: string, options: GetOptions | undefined): PreparedGet {
  bucket.checkKey(key);
  const { signal, range: requestedRange, ifRange, partNumber, versionId, native, ...rest } = checkOptions(options, getChecks);
  const range = requestedRange === undefined ? undefined : toRange(requestedRange);
  if (range !== undefined && partNumber !== undefined) throw invalidArgument('`range` and `partNumber` exclude each other');
  if (range === undefined && ifRange !== undefined) throw invalidArgument('`ifRange` requires `range`');
  const validator = ifRange === undefined ? undefined : checkIfRange(ifRange);
  const etags = typeof rest.ifNoneMatch === 'string' ? parseEtagList(rest.ifNoneMatch) : undefined;
  const given = checkReadConditions(etags === undefined ? rest : { ...rest, ifNoneMatch: etags[0] });
  const isList = etags !== undefined && etags.length > 1;
  bucket.requireCapabilityFor(versionId, 'versioning', '`versionId`');
  bucket.requireCapabilityFor(native, 'native', '`native`');
  // A list is the only condition, as other combinations are refused.
  const call = { range, partNumber, conditions: isList ? undefined : given, versionId, native: copyNative(native), signal };
  return { key, call, excludedEtags: isList ? etags : [], ifRange: validator };
}

/** Opens an object within a running call. `operation` is the name of the public method, for the errors of the body. */
export async function openObject(bucket: BucketContext, operation: string, get: PreparedGet): Promise<StoredObject> {
  const { info: wholeInfo, range, body: driverBody } = await requestObject(bucket, get);
  const info = range === undefined ? wholeInfo : withoutChecksum(wholeInfo);
  const length = range === undefined ? info.size : range.end - range.start;
  const context = { operation, bucket: bucket.name, key: get.key };
  const body = new OpenBody(driverBody, length, bucket.lifecycle, get.call.signal, (error) => toStorageError(error, context));
  return new StoredObject(info, range, body);
}

/** Servers send no checksum with a part of the body, so no backend returns one. */
function withoutChecksum(info: ObjectInfo): ObjectInfo {
  if (info.checksum === undefined) return info;
  const { checksum: _checksum, ...rest } = info;
  return rest;
}

/** Requests an object, then compares the validators that drivers do not support. */
async function requestObject({ driver }: BucketContext, { key, call, excludedEtags, ifRange }: PreparedGet): Promise<DriverObject> {
  if (excludedEtags.length === 0 && ifRange === undefined) return driver.getObject(key, call);
  const requireOther = ({ etag }: ObjectInfo): void => {
    if (excludedEtags.includes(etag)) throw new StorageError({ code: 'NotModified', message: 'the object has one of the ETags' });
  };
  let object: DriverObject | undefined;
  try {
    object = await driver.getObject(key, call);
  } catch (error) {
    if (!isStorageError(error, 'InvalidRange')) throw error;
    const info = await driver.headObject(key, { versionId: call.versionId, native: call.native, signal: call.signal });
    requireOther(info);
    if (ifRange === undefined || isSameObject(ifRange, info)) throw error;
  }
  try {
    if (object !== undefined) {
      requireOther(object.info);
      if (ifRange === undefined || isSameObject(ifRange, object.info)) return object;
      await release(object);
    }
    object = await driver.getObject(key, { ...call, range: undefined });
    requireOther(object.info);
    return object;
  } catch (error) {
    if (object !== undefined) await release(object);
    throw error;
  }
}

/** Releases a body that nobody reads. */
async function release({ body }: DriverObject): Promise<void> {
  if (types.isUint8Array(body)) return;
  try {
    await body.cancel();
  } catch {
    // The object is requested again, or the call fails for another reason.
  }
}

function toRange(range: unknown): RangeRequest {
  return typeof range === 'string' ? parseRange(range) : checkRange(range);
}
