import { isStorageError } from '@anybucket/core';
import type { Checksum, ChecksumRequest } from '@anybucket/core';
import { checksumHeader, checksumHeaders, readChecksumAlgorithm, readPayloadChecksum } from '../protocol/checksums.js';
import type { PayloadChecksum } from '../protocol/checksums.js';
import { S3Error } from '../protocol/s3-error.js';
import type { OperationContext } from './operation.js';

/** The checksum that a client sends with a payload. */
export interface RequestedChecksum {
  /** The option of the datastore, which stores the checksum. Undefined if the client sends none, or the datastore stores none. */
  readonly option: ChecksumRequest | undefined;
  /** Undefined if the client sends none. */
  readonly payload: PayloadChecksum | undefined;
}

/**
 * Reads the checksum of a payload. The datastore verifies it if it can; otherwise, the payload does while it is read.
 *
 * @throws `InvalidArgument` for a malformed checksum, or more than one.
 */
export function requestChecksum({ service, request, body }: OperationContext): RequestedChecksum {
  const payload = readPayloadChecksum(request.headers);
  if (payload === undefined) {
    readChecksumAlgorithm(request.headers);
    return { option: undefined, payload };
  }
  const isStored = service.datastore.capabilities.checksums;
  if (!isStored || payload.value === undefined) body.verifyChecksum(payload);
  return { option: isStored ? payload : undefined, payload };
}

/** Converts the error of a datastore that found another checksum. `Content-MD5` is not verified by the datastore. */
export function toMismatch(error: unknown): unknown {
  return isStorageError(error, 'BadDigest') && !(error.cause instanceof S3Error) ? new S3Error('XAmzContentChecksumMismatch') : error;
}

/** Returns the headers with the checksum of a payload that was stored. */
export function storedChecksumHeaders(
  { payload }: RequestedChecksum,
  stored: Checksum | undefined,
  { body }: OperationContext,
): readonly string[] {
  if (stored !== undefined) return checksumHeaders(stored);
  if (payload === undefined) return [];
  const value = payload.value ?? body.trailers.get(checksumHeader(payload.algorithm));
  return value === undefined ? [] : checksumHeaders({ algorithm: payload.algorithm, value, type: 'full-object' });
}
