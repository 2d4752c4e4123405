import type { CommonPrefix, UploadInfo } from '@anybucket/core';
import { commonPrefix, compareKeys, maxPageSize } from '@anybucket/core/backend';
import { toIsoDate } from '../protocol/dates.js';
import type { QueryParameters } from '../protocol/query-parameters.js';
import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { optionalElement, parentElement, textElement } from '../protocol/xml-writer.js';
import { readListParameters } from './list-parameters.js';
import type { ListParameters } from './list-parameters.js';
import type { Operation, OperationContext } from './operation.js';
import { requireBucket } from './require-bucket.js';

type Entry = (UploadInfo & { readonly isPrefix?: never }) | CommonPrefix;

/** As on MinIO, which does not keep who began an upload. */
const noOwner = textElement('ID', '') + textElement('DisplayName', '');

export const listMultipartUploads: Operation = {
  name: 'ListMultipartUploads',
  access: 'read',
  async handle(context) {
    const { request } = context;
    const { query } = request;
    const parameters = readListParameters(context);
    const { prefix, delimiter, encodingType, encode } = parameters;
    const maxUploads = readMaxUploads(query);
    const keyMarker = query.get('key-marker') ?? '';
    // Without a key, S3 ignores it.
    const idMarker = keyMarker === '' ? '' : (query.get('upload-id-marker') ?? '');
    const { entries, isTruncated } = await listPage(context, parameters, { keyMarker, idMarker, maxUploads });
    const last = isTruncated ? entries.at(-1) : undefined;
    return xmlResponse(
      'ListMultipartUploadsResult',
      textElement('Bucket', request.bucket) +
        textElement('KeyMarker', encode(keyMarker)) +
        textElement('UploadIdMarker', idMarker) +
        textElement('NextKeyMarker', encode(last?.key ?? '')) +
        textElement('NextUploadIdMarker', last === undefined || last.isPrefix === true ? '' : last.id) +
        optionalElement('Delimiter', encode(delimiter)) +
        textElement('Prefix', encode(prefix)) +
        textElement('MaxUploads', maxUploads) +
        textElement('IsTruncated', isTruncated) +
        optionalElement('EncodingType', encodingType) +
        entries.map((entry) => entryElement(entry, encode)).join(''),
    );
  },
};

/** Lists one page, grouped by the delimiter. */
async function listPage(
  context: OperationContext,
  { prefix, delimiter }: ListParameters,
  { keyMarker, idMarker, maxUploads }: { readonly keyMarker: string; readonly idMarker: string; readonly maxUploads: number },
): Promise<{ readonly entries: readonly Entry[]; readonly isTruncated: boolean }> {
  const { bucket, signal } = context;
  await requireBucket(context);
  const entries: Entry[] = [];
  if (maxUploads === 0) return { entries, isTruncated: false };
  const pageSize = Math.min(maxUploads, maxPageSize);
  let after = keyMarker === '' ? undefined : { key: keyMarker, id: idMarker === '' ? undefined : idMarker };
  let previousGroup = '';
  do {
    const { uploads, next } = await bucket.listUploadsPage({ prefix, after, signal });
    for (const upload of uploads) {
      const group = commonPrefix(upload.key, prefix, delimiter);
      if (group !== undefined && (group === previousGroup || (keyMarker !== '' && compareKeys(group, keyMarker) <= 0))) continue;
      if (entries.length === pageSize) return { entries, isTruncated: true };
      if (group === undefined) entries.push(upload);
      else {
        entries.push({ key: group, isPrefix: true });
        previousGroup = group;
      }
    }
    after = next === undefined ? undefined : { key: next.key, id: next.id };
  } while (after !== undefined);
  return { entries, isTruncated: false };
}

function entryElement(entry: Entry, encode: (name: string) => string): string {
  if (entry.isPrefix === true) return parentElement('CommonPrefixes', textElement('Prefix', encode(entry.key)));
  return parentElement(
    'Upload',
    textElement('Key', encode(entry.key)) +
      textElement('UploadId', entry.id) +
      parentElement('Initiator', noOwner) +
      parentElement('Owner', noOwner) +
      textElement('Initiated', toIsoDate(entry.initiated)),
  );
}

function readMaxUploads(query: QueryParameters): number {
  const text = query.get('max-uploads');
  if (text === undefined || text === '') return maxPageSize;
  const maxUploads = /^\+?\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(maxUploads <= 0x7fffffff))
    throw new S3Error('InvalidArgument', { message: 'Argument max-uploads must be an integer between 0 and 2147483647' });
  return maxUploads;
}
