import type { Upload, UploadedPart } from '@anybucket/core';
import { maxPageSize, maxParts as maxPartsOfUpload } from '@anybucket/core/backend';
import { checksumElement } from '../protocol/checksums.js';
import { toIsoDate } from '../protocol/dates.js';
import type { QueryParameters } from '../protocol/query-parameters.js';
import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { parentElement, textElement } from '../protocol/xml-writer.js';
import type { Operation } from './operation.js';
import { ownerElements } from './owner.js';
import { requestedUpload } from './requested-upload.js';

export const listParts: Operation = {
  name: 'ListParts',
  access: 'read',
  async handle(context) {
    const { request, signal } = context;
    const marker = readMarker(request.query);
    const maxParts = readMaxParts(request.query);
    const upload = requestedUpload(context);
    const { parts, isTruncated } = await collectParts(upload, marker, maxParts, signal);
    const algorithm = parts[0]?.checksum?.algorithm ?? '';
    return xmlResponse(
      'ListPartsResult',
      textElement('Bucket', request.bucket) +
        textElement('Key', request.key) +
        textElement('UploadId', upload.id) +
        parentElement('Initiator', ownerElements) +
        parentElement('Owner', ownerElements) +
        textElement('StorageClass', 'STANDARD') +
        textElement('PartNumberMarker', marker) +
        textElement('NextPartNumberMarker', isTruncated ? (parts.at(-1)?.partNumber ?? 0) : 0) +
        textElement('MaxParts', maxParts) +
        textElement('IsTruncated', isTruncated) +
        textElement('ChecksumAlgorithm', algorithm) +
        parts.map(partElement).join(''),
    );
  },
};

/** Returns the parts after a number. As on MinIO, a page may have all parts of an upload. */
async function collectParts(
  upload: Upload,
  marker: number,
  maxParts: number,
  signal: AbortSignal,
): Promise<{ readonly parts: readonly UploadedPart[]; readonly isTruncated: boolean }> {
  // Also without parts, so that a missing upload is reported.
  if (maxParts === 0) return upload.listPartsPage({ pageSize: 1, signal }).then(() => ({ parts: [], isTruncated: false }));
  const parts: UploadedPart[] = [];
  let after: number | undefined = marker;
  while (after !== undefined && parts.length < maxParts) {
    const page = await upload.listPartsPage({ after, pageSize: Math.min(maxParts - parts.length, maxPageSize), signal });
    parts.push(...page.parts);
    after = page.next;
  }
  return { parts, isTruncated: after !== undefined };
}

function partElement({ partNumber, lastModified, etag, size, checksum }: UploadedPart): string {
  return parentElement(
    'Part',
    textElement('PartNumber', partNumber) +
      textElement('LastModified', toIsoDate(lastModified)) +
      textElement('ETag', `"${etag}"`) +
      textElement('Size', size) +
      checksumElement(checksum),
  );
}

function readMarker(query: QueryParameters): number {
  const marker = toCount(query.get('part-number-marker'), 0);
  if (marker === undefined) throw new S3Error('InvalidArgument', { message: 'Argument partNumberMarker must be an integer.' });
  return marker;
}

function readMaxParts(query: QueryParameters): number {
  const maxParts = toCount(query.get('max-parts'), maxPartsOfUpload);
  if (maxParts === undefined)
    throw new S3Error('InvalidArgument', { message: 'Part number must be an integer between 1 and 10000, inclusive' });
  return Math.min(maxParts, maxPartsOfUpload);
}

function toCount(text: string | undefined, defaultValue: number): number | undefined {
  if (text === undefined || text === '') return defaultValue;
  return /^\+?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
