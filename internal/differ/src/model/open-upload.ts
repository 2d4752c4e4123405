import { missingUpload } from '../calls/call.js';
import { fail } from './failure.js';
import type { ModelRequest } from './model-request.js';
import type { KeptUpload, ModelPart, ModelUpload } from './model-state.js';
import { isIntegerBetween } from './predicates.js';

export const isPartNumber = isIntegerBetween(1, 10_000);

/** Returns the upload of the call's slot. It may have ended. */
export function keptUpload({ state, call, bucket }: ModelRequest): KeptUpload {
  return state.uploads.get(call.uploadSlot ?? 0) ?? { bucket, key: missingUpload.key, id: state.id('upload', 'missing') };
}

/** Returns the upload of the call's slot. Throws `NoSuchBucket`, `NoSuchUpload`. */
export function openUpload(request: ModelRequest): ModelUpload {
  const { bucket, id } = keptUpload(request);
  const target = request.objects(bucket);
  noteLostUploads(request, bucket);
  return target.uploads.get(id) ?? fail('NoSuchUpload');
}

/** The open uploads of a removed bucket come back with it. */
export function noteLostUploads({ state, minioDeviations }: ModelRequest, bucket: string): void {
  if (state.bucketsWithLostUploads.has(bucket)) minioDeviations.add('open uploads outlive their bucket');
}

export function sortedParts({ parts }: ModelUpload): [number, ModelPart][] {
  return Array.from(parts).sort(([a], [b]) => a - b);
}
