import { isStorageError } from '@anybucket/core';
import type { ObjectInfo } from '@anybucket/core';
import { maxPageSize, maxParts, toHttpDate } from '@anybucket/core/backend';
import { checksumElement, checksumTypeElement } from '../protocol/checksums.js';
import type { RequestHeaders } from '../protocol/request-headers.js';
import { S3Error } from '../protocol/s3-error.js';
import { documentResponse } from '../protocol/s3-response.js';
import { parentElement, textElement, xmlDocument } from '../protocol/xml-writer.js';
import { requestedVersion, versionHeaders } from './object-version.js';
import type { Operation, OperationContext } from './operation.js';
import { countParts } from './requested-part.js';

const attributeNames = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const;
type AttributeName = (typeof attributeNames)[number];

export const getObjectAttributes: Operation = {
  name: 'GetObjectAttributes',
  access: 'read',
  async handle(context) {
    const { bucket, request, signal } = context;
    const versionId = requestedVersion(context);
    const names = readNames(request.headers);
    const info = await bucket.stat(request.key, { versionId, signal });
    let elements = '';
    for (const name of attributeNames) if (names.has(name)) elements += await attributeElement(context, info, name);
    const headers = ['Last-Modified', toHttpDate(info.lastModified), ...versionHeaders(info.versionId)];
    return documentResponse(200, xmlDocument('GetObjectAttributesResponse', elements), headers);
  },
};

/** @throws `InvalidArgument` for no attribute or an unknown one. */
function readNames(headers: RequestHeaders): ReadonlySet<string> {
  const names = (headers.get('x-amz-object-attributes') ?? '').split(',').map((name) => name.trim());
  const known: readonly string[] = attributeNames;
  if (!names.every((name) => known.includes(name))) throw new S3Error('InvalidArgument', { message: 'Invalid attribute name specified.' });
  return new Set(names);
}

function attributeElement(context: OperationContext, info: ObjectInfo, name: AttributeName): string | Promise<string> {
  switch (name) {
    case 'ETag':
      return textElement('ETag', info.etag);
    case 'Checksum':
      return info.checksum === undefined ? '' : parentElement('Checksum', checksumElements(info));
    case 'ObjectParts':
      return partsElement(context, info);
    case 'StorageClass':
      return textElement('StorageClass', 'STANDARD');
    case 'ObjectSize':
      return textElement('ObjectSize', info.size);
  }
}

/** The number of parts of a composite checksum is left out. */
function checksumElements({ checksum }: ObjectInfo): string {
  const [value = ''] = checksum?.value.split('-') ?? [];
  return checksumElement(checksum === undefined ? undefined : { algorithm: checksum.algorithm, value }) + checksumTypeElement(checksum);
}

/** Returns one page of the parts, or nothing if the object was not uploaded in parts. */
async function partsElement(context: OperationContext, info: ObjectInfo): Promise<string> {
  const count = countParts(info);
  if (count === undefined) return '';
  const { headers } = context.request;
  const marker = readCount(headers, 'x-amz-part-number-marker', 0);
  const pageSize = Math.min(readCount(headers, 'x-amz-max-parts', maxPageSize), maxPageSize);
  const { parts, isTruncated } = await findParts(context, info, marker, pageSize);
  return parentElement(
    'ObjectParts',
    textElement('PartsCount', count) +
      textElement('PartNumberMarker', marker) +
      textElement('NextPartNumberMarker', parts.at(-1)?.number ?? 0) +
      textElement('MaxParts', pageSize) +
      textElement('IsTruncated', isTruncated) +
      parts.map(({ number, size }) => parentElement('Part', textElement('PartNumber', number) + textElement('Size', size))).join(''),
  );
}

interface Part {
  readonly number: number;
  /** In bytes. */
  readonly size: number;
}

/** Finds parts by reading each of them: a datastore does not list them. The last part ends where the object ends. */
async function findParts(
  { bucket, request, signal }: OperationContext,
  { etag, versionId, size: objectSize }: ObjectInfo,
  marker: number,
  pageSize: number,
): Promise<{ readonly parts: readonly Part[]; readonly isTruncated: boolean }> {
  const parts: Part[] = [];
  for (let number = marker + 1; number <= maxParts; number++) {
    if (parts.length === pageSize) return { parts, isTruncated: true };
    const range = await bucket
      .get(request.key, { partNumber: number, versionId, ifMatch: etag, signal })
      .then(async (object) => {
        await object.cancel();
        return object.range;
      })
      .catch((error: unknown) => {
        // Part numbers may have gaps.
        if (isStorageError(error, 'InvalidRange')) return undefined;
        throw error;
      });
    if (range === undefined) continue;
    parts.push({ number, size: range.end - range.start });
    if (range.end === objectSize) break;
  }
  return { parts, isTruncated: false };
}

function readCount(headers: RequestHeaders, name: string, defaultValue: number): number {
  const text = headers.get(name);
  if (text === undefined || text === '') return defaultValue;
  if (!/^\d{1,15}$/.test(text)) throw new S3Error('InvalidArgument', { message: `Argument ${name} must be an integer` });
  return Number(text);
}
