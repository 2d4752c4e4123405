import { isStorageError } from '@anybucket/core';
import type { Checksum, PutResult, WriteConditions } from '@anybucket/core';
import {
  compareKeys,
  evaluateSourceConditions,
  readWholeBody,
  resolveCopyRange,
  truncateToSeconds,
  unquoteEtag,
} from '@anybucket/core/backend';
import type {
  CompletedPart,
  CompleteUploadCall,
  CopyPartCall,
  CopySource,
  CreateUploadCall,
  DriverPartsPage,
  DriverUploadsPage,
  ListPartsCall,
  ListUploadsCall,
  PutBody,
  PutPartCall,
  UploadDriver,
  UploadedPart,
  UploadInfo,
} from '@anybucket/core/backend';

import { readChecksumElement } from '../s3/checksums.js';
import { attributeHeaders, readDate, requireEtag, tagHeader, writeConditionHeaders } from '../s3/object-headers.js';
import { readParts, readUploads } from '../s3/upload-responses.js';
import { protocolError } from '../s3/protocol-error.js';
import type { S3Client } from '../s3/s3-client.js';
import { textOf } from '../s3/xml.js';
import type { ServerDetection } from '../server/server-detection.js';
import { attributeToBucket, copySourceHeaders, copyTimeoutMs, headSource, withLocation } from './copy-object.js';
import { MultipartUpload } from './multipart-upload.js';
import { sendWithChecksum } from './put-checksum.js';
import { withSupportedConditions } from './write-conditions.js';

/** Parts up to this size are buffered before they are sent, so that they can be sent again and a failing source sends nothing. */
const maxBufferedBytes = 16 * 2 ** 20;
/** Pages of open uploads that are read at once. The server lists the uploads of a bucket in no useful order. */
const maxUploadPages = 1000;

/** The multipart uploads of S3. */
export class MinioUploads implements UploadDriver {
  readonly #client: S3Client;
  readonly #server: ServerDetection;

  constructor(client: S3Client, server: ServerDetection) {
    this.#client = client;
    this.#server = server;
  }

  async createUpload(bucket: string, key: string, { attributes, tags, checksum, signal }: CreateUploadCall): Promise<string> {
    const used = { tags: Object.keys(tags).length > 0, checksums: checksum };
    await this.#server.require(this.#client, { bucket, key }, used, signal);
    const headers = {
      ...attributeHeaders(attributes),
      ...tagHeader(tags),
      'x-amz-checksum-algorithm': checksum?.algorithm,
      'x-amz-checksum-type': checksum?.type?.replace('-', '_').toUpperCase(),
    };
    return (await MultipartUpload.create(this.#client, bucket, key, headers, undefined, signal)).id;
  }

  async putPart(
    bucket: string,
    key: string,
    uploadId: string,
    partNumber: number,
    body: PutBody,
    call: PutPartCall,
  ): Promise<UploadedPart> {
    const { contentMD5, signal } = call;
    const target = new MultipartUpload(this.#client, bucket, key, uploadId).partTarget(partNumber);
    const request = { method: 'PUT', ...target, headers: { 'content-md5': contentMD5 }, signal, idempotent: true } as const;
    const isStreamed = body.bytes === undefined && body.size !== undefined && body.size > maxBufferedBytes;
    try {
      const payload =
        isStreamed && body.size !== undefined ? { size: body.size, chunks: body } : (body.bytes ?? (await readWholeBody(body)));
      const { response, checksum } = await sendWithChecksum(this.#client, request, payload, body, call.checksum);
      return {
        partNumber,
        etag: unquoteEtag(requireEtag(response.header('etag'), response)),
        size: body.size ?? (payload as Uint8Array).byteLength,
        // The time in the response is that of the server, in whole seconds.
        lastModified: readDate(response.header('date') ?? new Date().toUTCString(), response),
        ...(checksum === undefined ? {} : { checksum }),
      };
    } catch (error) {
      // Errors of the bucket and the upload take precedence over those of the body, even if the server has not seen the request.
      if (isStorageError(error) && ['IncompleteBody', 'BadDigest', 'InvalidArgument'].includes(error.code) && signal?.aborted !== true)
        await this.listParts(bucket, key, uploadId, { after: 0, maxParts: 1, signal });
      throw error;
    }
  }

  async copyPart(
    bucket: string,
    key: string,
    uploadId: string,
    partNumber: number,
    source: CopySource,
    call: CopyPartCall,
  ): Promise<UploadedPart> {
    const { range, signal } = call;
    await this.#server.require(this.#client, { bucket: source.bucket, key: source.key }, { versioning: source.versionId }, signal);
    const info = await headSource(this.#client, source, signal);
    // Otherwise the server may report a missing upload first.
    evaluateSourceConditions(source, info);
    const resolved = resolveCopyRange(range, info.size);
    // A header cannot express the empty range, which is a suffix of an empty source.
    const sendsRange = range !== undefined && resolved.start < resolved.end;
    const headers = {
      ...copySourceHeaders(source, { ifMatch: info.etag }),
      'x-amz-copy-source-range': sendsRange ? `bytes=${resolved.start}-${resolved.end - 1}` : undefined,
    };
    const target = new MultipartUpload(this.#client, bucket, key, uploadId).partTarget(partNumber);
    const extraIdleTimeoutMs = copyTimeoutMs(resolved.end - resolved.start);
    try {
      return await this.#client.sendForXml(
        { method: 'PUT', ...target, headers, signal, idempotent: true, extraIdleTimeoutMs },
        'CopyPartResult',
        (document, response) => ({
          partNumber,
          etag: unquoteEtag(requireEtag(textOf(document, 'ETag'), response)),
          size: resolved.end - resolved.start,
          lastModified: truncateToSeconds(readDate(textOf(document, 'LastModified'), response)),
          ...readChecksumElement(document),
        }),
      );
    } catch (error) {
      // A part has no conditions on its target.
      const located = isStorageError(error, 'PreconditionFailed') ? withLocation(error, source.bucket, source.key) : error;
      throw await attributeToBucket(this.#client, located, { bucket, source, call });
    }
  }

  async listParts(bucket: string, key: string, uploadId: string, call: ListPartsCall): Promise<DriverPartsPage> {
    const { after, maxParts, signal } = call;
    const query = { uploadId, 'part-number-marker': String(after), 'max-parts': String(maxParts) };
    return this.#client.sendForXml({ method: 'GET', bucket, key, query, signal, idempotent: true }, 'ListPartsResult', readParts);
  }

  async completeUpload(
    bucket: string,
    key: string,
    uploadId: string,
    parts: readonly CompletedPart[],
    { conditions, signal }: CompleteUploadCall,
  ): Promise<PutResult> {
    await this.#server.require(this.#client, { bucket, key }, { conditionalPut: conditions }, signal);
    const upload = new MultipartUpload(this.#client, bucket, key, uploadId);
    const complete = async (
      checksums: ReadonlyMap<number, Checksum | undefined>,
      supported: WriteConditions | undefined,
    ): Promise<PutResult> => {
      const sent = parts.map(({ partNumber, etag, checksum = checksums.get(partNumber) }) => ({
        number: partNumber,
        etag: `"${etag}"`,
        size: undefined,
        checksum,
      }));
      const head = async (): Promise<never> => Promise.reject(new TypeError('the sizes of the parts are unknown'));
      return upload.complete(sent, writeConditionHeaders(supported), false, head, signal);
    };
    const target = { bucket, key, conditions, call: { signal }, repeatable: true };
    return withSupportedConditions(this.#client, this.#server.profile, target, async (supported) => {
      try {
        return await complete(new Map(), supported);
      } catch (error) {
        if (!isStorageError(error, 'InvalidPart')) throw error;
        // The server demands the checksums of the parts if the upload was created with an algorithm.
        const stored = await this.#checksumsOfParts(bucket, key, uploadId, signal);
        if (![...stored.values()].some((checksum) => checksum !== undefined)) throw error;
        return complete(stored, supported);
      }
    });
  }

  async abortUpload(
    bucket: string,
    key: string,
    uploadId: string,
    { signal }: { readonly signal?: AbortSignal | undefined },
  ): Promise<void> {
    const request = { method: 'DELETE', bucket, key, query: { uploadId }, signal, idempotent: true } as const;
    try {
      await this.#client.sendForHeaders(request);
    } catch (error) {
      // Other servers report an upload that has ended.
      if (!isStorageError(error, 'NoSuchUpload')) throw error;
    }
  }

  async listUploads(bucket: string, { prefix, after, maxUploads, signal }: ListUploadsCall): Promise<DriverUploadsPage> {
    const uploads = new Map<string, UploadInfo>();
    // Without a prefix, MinIO lists the uploads since its last start; with one, those of this key.
    for (const key of prefix === '' ? [undefined] : [undefined, prefix]) {
      for (const upload of await this.#uploadsOf(bucket, key, signal)) uploads.set(upload.id, upload);
    }
    const matching = [...uploads.values()]
      .filter((upload) => upload.key.startsWith(prefix))
      // The server lists uploads in the order of their beginning, which the sort keeps within a second.
      .sort((left, right) => compareKeys(left.key, right.key) || Number(left.initiated) - Number(right.initiated));
    const rest = matching.slice(positionAfter(matching, after));
    return { uploads: rest.slice(0, maxUploads), truncated: rest.length > maxUploads };
  }

  async #uploadsOf(bucket: string, key: string | undefined, signal: AbortSignal | undefined): Promise<UploadInfo[]> {
    const found: UploadInfo[] = [];
    let marker: { readonly 'key-marker'?: string; readonly 'upload-id-marker'?: string } = {};
    const seen = new Set<string>();
    for (let page = 0; page < maxUploadPages; page++) {
      const query = { uploads: '', 'encoding-type': 'url', prefix: key, ...marker };
      const { uploads, next } = await this.#client
        .sendForXml({ method: 'GET', bucket, query, signal, idempotent: true }, 'ListMultipartUploadsResult', readUploads)
        .catch((error: unknown) => {
          // The server refuses some prefixes, which no key has.
          if (key !== undefined && isStorageError(error, 'InvalidKey')) return { uploads: [], next: undefined };
          throw error;
        });
      const fresh = uploads.filter(({ id }) => !seen.has(id));
      for (const upload of fresh) seen.add(upload.id);
      found.push(...fresh);
      if (next === undefined || fresh.length === 0) return found;
      marker = next;
    }
    throw protocolError('the pages of a listing do not end');
  }

  async #checksumsOfParts(
    bucket: string,
    key: string,
    uploadId: string,
    signal: AbortSignal | undefined,
  ): Promise<Map<number, Checksum | undefined>> {
    const checksums = new Map<number, Checksum | undefined>();
    for (let after = 0; ;) {
      const { parts, truncated } = await this.listParts(bucket, key, uploadId, { after, maxParts: 1000, signal });
      for (const { partNumber, checksum } of parts) checksums.set(partNumber, checksum);
      const last = parts.at(-1)?.partNumber ?? 0;
      if (!truncated || last <= after) return checksums;
      after = last;
    }
  }
}

/** Returns the index of the first upload after a position. An upload that has ended since counts as the first of its key. */
function positionAfter(uploads: readonly UploadInfo[], after: ListUploadsCall['after']): number {
  if (after === undefined) return 0;
  const index = uploads.findIndex(({ key, id }) => key === after.key && id === after.id);
  if (index >= 0) return index + 1;
  const next = uploads.findIndex(({ key }) => {
    const order = compareKeys(key, after.key);
    return order > 0 || (order === 0 && after.id !== undefined);
  });
  return next < 0 ? uploads.length : next;
}
