import { isPlainObject } from '../calls/call.js';
import { headerErrors, metadataErrors, tagErrors, toStoredHeaders, toStoredMetadata } from './attributes.js';
import { compareBytes, md5 } from './bytes.js';
import { algorithmOf, checksumErrors, uploadChecksum } from './checksums.js';
import { checkWriteConditions, writeConditionErrors } from './conditions.js';
import { fail } from './failure.js';
import type { ModelRequest } from './model-request.js';
import type { ModelPart, ModelUpload } from './model-state.js';
import { keyErrors } from './names.js';
import { isPartNumber, keptUpload, noteLostUploads, openUpload, sortedParts } from './open-upload.js';
import { checksumField } from './reading.js';
import { toStoredTags } from './writing.js';

const minPartSize = 5 * 2 ** 20;

/** Evaluates `createUpload`. */
export function createUpload(request: ModelRequest): unknown {
  const [key] = request.args;
  const { options, state, bucket, call } = request;
  request.addErrors(...keyErrors(key));
  request.checkOptions();
  request.requireCapability('uploads', '');
  request.requireCapability('tags', options['tags']);
  request.requireCapability('checksums', options['checksum']);
  request.addErrorCodes([...headerErrors(options), ...metadataErrors(options['metadata']), ...tagErrors(options['tags'])]);
  request.addErrorCodes(checksumErrors(options['checksum']));
  if (typeof key === 'string' && key.endsWith('/')) request.addErrorCodes(['InvalidKey']);
  request.throwIfInvalid();
  const name = String(key);
  const target = request.objects();
  noteLostUploads(request, bucket);
  const id = request.createId('upload');
  const upload: ModelUpload = {
    key: name,
    id,
    versionId: request.createVersionId(bucket, name),
    initiated: request.nextTime(),
    algorithm: algorithmOf(options['checksum']),
    attributes: {
      headers: toStoredHeaders(options),
      metadata: toStoredMetadata(options['metadata']),
      tags: toStoredTags(options['tags']),
    },
    parts: new Map(),
  };
  request.effects.push(() => {
    target.uploads.set(id, upload);
    state.uploads.set(call.uploadSlot ?? 0, { bucket, key: name, id });
  });
  return { key: name, id };
}

/** Evaluates `listUploads`. */
export function listUploads(request: ModelRequest): unknown {
  request.checkOptions();
  request.requireCapability('uploads', '');
  request.throwIfInvalid();
  const { prefix = '' } = request.options as { prefix?: string };
  noteLostUploads(request, request.bucket);
  return Array.from(request.objects().uploads.values())
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => compareBytes(a.key, b.key) || a.initiated.getTime() - b.initiated.getTime())
    .map(({ key, id, initiated }) => ({ key, id, initiated }));
}

/** Evaluates `complete`. */
export function complete(request: ModelRequest): unknown {
  const [requested] = request.args;
  const { ifMatch, ifNoneMatch } = request.options;
  request.checkOptions();
  request.addErrorCodes(writeConditionErrors({ ifMatch, ifNoneMatch }));
  request.requireCapability('uploads', '');
  request.requireCapability('conditionalPut', ifMatch ?? ifNoneMatch);
  if (requested !== undefined) request.addErrorCodes(partListErrors(requested));
  request.throwIfInvalid();
  const { key, bucket: bucketName, id } = keptUpload(request);
  const bucket = request.objects(bucketName);
  if (requested === undefined && openUpload(request).parts.size === 0) fail('InvalidRequest');
  checkWriteConditions({ ifMatch, ifNoneMatch }, bucket.get(key));
  const upload = openUpload(request);
  const parts = requested === undefined ? sortedParts(upload) : selectParts(upload, requested as readonly RequestedPart[]);
  if (parts.slice(0, -1).some(([, { bytes }]) => bytes.length < minPartSize)) fail('EntityTooSmall');
  const bodies = parts.map(([, { bytes }]) => bytes);
  const etag = `${md5(Buffer.concat(bodies.map(md5))).toString('hex')}-${parts.length}`;
  const { object, versionId } = request.storeObject(
    bucketName,
    key,
    {
      ...upload.attributes,
      bytes: Buffer.concat(bodies),
      etag,
      checksum: upload.algorithm === undefined ? undefined : uploadChecksum(upload.algorithm, bodies),
      parts: new Map(parts.map(([partNumber, { bytes }]) => [partNumber, bytes.length])),
    },
    { id: upload.versionId },
  );
  request.effects.push(() => bucket.uploads.delete(id));
  return { etag, ...versionId, ...checksumField(request, object) };
}

/** Evaluates `abort`, which succeeds also if the upload has ended. */
export function abort(request: ModelRequest): unknown {
  request.checkOptions();
  request.requireCapability('uploads', '');
  request.throwIfInvalid();
  const { bucket, id } = keptUpload(request);
  const target = request.objects(bucket);
  noteLostUploads(request, bucket);
  request.effects.push(() => target.uploads.delete(id));
  return undefined;
}

interface RequestedPart {
  readonly partNumber: number;
  readonly etag: string;
}

function partListErrors(parts: unknown): string[] {
  if (!Array.isArray(parts)) return ['InvalidArgument'];
  if (parts.length === 0) return ['InvalidRequest'];
  const isValid = parts.every(
    (part) => isPlainObject(part) && isPartNumber(part['partNumber']) && typeof part['etag'] === 'string' && part['etag'] !== '',
  );
  if (!isValid) return ['InvalidArgument'];
  const numbers = (parts as readonly RequestedPart[]).map(({ partNumber }) => partNumber);
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0)) ? [] : ['InvalidPartOrder'];
}

function selectParts({ parts }: ModelUpload, requested: readonly RequestedPart[]): [number, ModelPart][] {
  return requested.map(({ partNumber, etag }) => {
    const part = parts.get(partNumber);
    const unquoted = etag.startsWith('"') && etag.endsWith('"') ? etag.slice(1, -1) : etag;
    return part?.etag === unquoted ? [partNumber, part] : fail('InvalidPart');
  });
}
