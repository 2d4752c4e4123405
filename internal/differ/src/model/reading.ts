import type { FilePlaceholder } from '../calls/call.js';
import { checkReadConditions, readConditionErrors } from './conditions.js';
import { unspecified } from './expected-outcome.js';
import { Failure, fail } from './failure.js';
import type { ModelRequest } from './model-request.js';
import type { ModelObject } from './model-state.js';
import { keyErrors } from './names.js';
import { signalOptions } from './options.js';
import { fullChecksum } from './checksums.js';
import { parseRange, partRange, rangeErrors, resolveRange } from './range.js';
import type { ResolvedRange } from './range.js';
import { versionIdErrors } from './versions.js';
import type { VersionId } from './versions.js';

interface OpenResult {
  readonly info: unknown;
  readonly range?: ResolvedRange;
}

/** Evaluates `get`, and how its body is read. */
export function getObject(request: ModelRequest): unknown {
  const { object, result, bytes } = open(request);
  const { readMode = { as: 'bytes' } } = request.call;
  const { state, bucket } = request;
  if (readMode.as === 'hold') {
    const held = { bucket, key: String(request.args[0]), bytes, object };
    request.effects.push(() => state.heldBodies.set(readMode.slot, held));
  }
  if (readMode.as === 'cancel' || readMode.as === 'hold') return result;
  if (readMode.as === 'text') return { ...result, body: bytes.toString() };
  if (readMode.as !== 'stream') return { ...result, body: bytes };
  const chunks = Array.from({ length: Math.ceil(bytes.length / readMode.chunkSize) }, (_, index) =>
    Math.min(readMode.chunkSize, bytes.length - index * readMode.chunkSize),
  );
  return { ...result, body: bytes, chunks };
}

/** Evaluates `read`: reads the body in a slot and empties the slot. */
export function readHeld(request: ModelRequest): unknown {
  const slot = request.args[0] as number;
  const held = request.state.heldBodies.get(slot);
  if (held === undefined) return undefined;
  request.effects.push(() => request.state.heldBodies.delete(slot));
  // Without snapshot reads, the outcome for an overwritten object depends on how much of the body was already sent.
  const hasChanged = request.state.object(held.bucket, held.key)?.lastModified !== held.object.lastModified;
  return hasChanged && !request.supports('snapshotReads') ? unspecified : held.bytes;
}

/** Evaluates `fget`. */
export function getFile(request: ModelRequest): unknown {
  const { name } = request.args[1] as FilePlaceholder;
  const { result, bytes } = open(request);
  if (name === '' || name.startsWith('folder')) fail('InvalidArgument');
  request.effects.push(() => request.state.files.set(name, bytes));
  return result.info;
}

/** Evaluates `stat` of one key or of many. */
export function stat(request: ModelRequest): unknown {
  const [keys] = request.args;
  if (Array.isArray(keys)) {
    request.addErrors(...keys.flatMap(keyErrors));
    request.checkOptions(signalOptions);
    request.throwIfInvalid();
    // An empty array is answered without I/O, even in a missing bucket.
    if (keys.length === 0) return [];
    const objects = request.state.buckets.get(request.bucket);
    // Requests run concurrently, so the error may name any of the keys.
    if (objects === undefined) throw new Failure(keys.map((key: string) => ({ code: 'NoSuchBucket', key })));
    return keys.map((key: string) => {
      const object = objects.get(key);
      return object === undefined ? undefined : infoOf(request, key, object);
    });
  }
  checkKeyAndVersion(request);
  request.throwIfInvalid();
  const key = String(keys);
  return infoOf(request, key, request.object(key, versionOption(request)));
}

/** Evaluates `exists`. */
export function exists(request: ModelRequest): unknown {
  request.addErrors(...keyErrors(request.args[0]));
  request.checkOptions(signalOptions);
  request.throwIfInvalid();
  return request.objects().has(String(request.args[0]));
}

/** Checks the key, the options, and the capabilities that `versionId` and `native` require. */
export function checkKeyAndVersion(request: ModelRequest): void {
  request.addErrors(...keyErrors(request.args[0]));
  request.checkOptions();
  request.requireCapability('versioning', request.options['versionId']);
  request.requireCapability('native', request.options['native']);
  request.addErrorCodes(versionIdErrors(request.options['versionId']));
}

/** Returns the option `versionId`. */
export function versionOption({ options }: ModelRequest): VersionId {
  return options['versionId'] as VersionId;
}

/** Returns the checksum that a backend reports for an object, as a field. */
export function checksumField(request: ModelRequest, object: ModelObject): { readonly checksum?: unknown } {
  const { checksum, isCopy = false, bytes } = object;
  if (!request.supports('checksums')) return {};
  if (checksum !== undefined) return { checksum };
  return isCopy && !request.supports('copiesKeepChecksums') ? { checksum: fullChecksum('CRC64NVME', bytes) } : {};
}

/** Returns the metadata of a version of the call's bucket as `stat` returns it. */
function infoOf(request: ModelRequest, key: string, object: ModelObject): Record<string, unknown> {
  const entry = request
    .objects()
    .history(key)
    .find((one) => one.object === object);
  const tagCount = Object.keys(object.tags).length;
  const { expires, ...headers } = object.headers;
  return {
    key,
    size: object.bytes.length,
    etag: object.etag,
    lastModified: object.lastModified,
    ...headers,
    metadata: object.metadata,
    ...(expires === undefined ? {} : { expires: expires.toISOString() }),
    ...(tagCount > 0 && request.supports('tags') ? { tagCount } : {}),
    ...(entry?.id === undefined ? {} : { versionId: entry.id }),
    ...checksumField(request, object),
  };
}

function open(request: ModelRequest): { object: ModelObject; result: OpenResult; bytes: Buffer } {
  const { range } = request.options;
  const conditions = request.conditions();
  checkKeyAndVersion(request);
  if (request.call.method === 'fget' && (request.args[1] as FilePlaceholder).name === '') request.addErrorCodes(['InvalidArgument']);
  const { partNumber } = request.options;
  request.addErrorCodes(rangeErrors(range));
  if (range !== undefined && partNumber !== undefined) request.addErrorCodes(['InvalidArgument']);
  request.addErrorCodes(readConditionErrors(conditions));
  request.throwIfInvalid();
  const key = String(request.args[0]);
  const object = request.object(key, versionOption(request));
  checkReadConditions(conditions, object);
  const info = infoOf(request, key, object);
  const resolved =
    partNumber !== undefined
      ? partRange(object, partNumber as number)
      : range === undefined
        ? undefined
        : resolveRange(parseRange(range), object.bytes.length);
  if (resolved === undefined) return { object, result: { info }, bytes: object.bytes };
  // A part of the body comes without the checksum.
  const { checksum: _checksum, ...partialInfo } = info;
  return { object, result: { info: partialInfo, range: resolved }, bytes: object.bytes.subarray(resolved.start, resolved.end) };
}
