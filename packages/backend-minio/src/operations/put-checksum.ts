import type { Checksum, ChecksumRequest } from '@anybucket/core';
import type { PutBody } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import type { Payload } from '../http/payload.js';
import { awsChunked } from '../s3/aws-chunked.js';
import { checksumHeader } from '../s3/checksums.js';
import type { S3Request } from '../s3/request.js';
import type { S3Client } from '../s3/s3-client.js';

/** What was sent, and the response. */
export interface SentBody {
  readonly response: HttpResponse;
  /** Undefined if none was requested. */
  readonly checksum: Checksum | undefined;
}

/**
 * Sends the body of a put or of a part with the checksum that was requested: as a header if it is known before the body is sent, otherwise
 * as a trailer. The server verifies and stores it.
 *
 * @param payload the body, in memory or as a stream of known size.
 * @param body the source of the payload, which computes the checksum.
 */
export async function sendWithChecksum(
  client: S3Client,
  request: Omit<S3Request, 'payload' | 'payloadHash'>,
  payload: Payload,
  body: PutBody,
  checksum: ChecksumRequest | undefined,
): Promise<SentBody> {
  if (checksum === undefined) return { response: await client.sendForHeaders({ ...request, payload }), checksum: undefined };
  const { algorithm } = checksum;
  const header = checksumHeader(algorithm);
  const known = payload instanceof Uint8Array ? body.checksum?.() : checksum.value;
  const toChecksum = (): Checksum | undefined => {
    const value = known ?? body.checksum?.();
    return value === undefined ? undefined : { algorithm, value, type: 'full-object' };
  };
  if (known !== undefined || payload instanceof Uint8Array) {
    const response = await client.sendForHeaders({ ...request, headers: { ...request.headers, [header]: known }, payload });
    return { response, checksum: toChecksum() };
  }
  const chunked = awsChunked(payload, algorithm, () => body.checksum?.() ?? '', request.headers?.['content-encoding']);
  const headers = { ...request.headers, ...chunked.headers };
  const response = await client.sendForHeaders({ ...request, headers, payload: chunked.payload, payloadHash: chunked.payloadHash });
  return { response, checksum: toChecksum() };
}
