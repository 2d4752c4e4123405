import type { CommonPrefix, VersionMarker } from '@anybucket/core';
import { listVersionsPageWithDetails, maxPageSize } from '@anybucket/core/backend';
import type { DriverVersion, DriverVersionsPage } from '@anybucket/core/backend';
import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { optionalElement, parentElement, textElement } from '../protocol/xml-writer.js';
import { lastModifiedElement, listPage, readListParameters, summaryElements } from './list-parameters.js';
import type { ListParameters } from './list-parameters.js';
import type { Operation, OperationContext } from './operation.js';
import { ownerElements } from './owner.js';
import { requireBucket } from './require-bucket.js';

export const listObjectVersions: Operation = {
  name: 'ListObjectVersions',
  access: 'read',
  async handle(context) {
    const { request } = context;
    const { query } = request;
    const parameters = readListParameters(context);
    const { prefix, delimiter, maxKeys, encodingType, encode } = parameters;
    const keyMarker = query.get('key-marker') ?? '';
    const versionIdMarker = query.get('version-id-marker') ?? '';
    if (keyMarker === '' ? versionIdMarker !== '' : !keyMarker.startsWith(prefix)) throw new S3Error('NotImplemented');
    const after = keyMarker === '' ? undefined : { key: keyMarker, versionId: versionIdMarker === '' ? undefined : versionIdMarker };
    const { entries, truncated } = await listVersions(context, parameters, after);
    const last = truncated ? entries.at(-1) : undefined;
    return xmlResponse(
      'ListVersionsResult',
      textElement('Name', request.bucket) +
        textElement('Prefix', encode(prefix)) +
        textElement('KeyMarker', encode(keyMarker)) +
        optionalElement('NextKeyMarker', last === undefined ? undefined : encode(last.key)) +
        textElement('NextVersionIdMarker', last === undefined || last.isPrefix === true ? '' : last.versionId) +
        textElement('VersionIdMarker', versionIdMarker) +
        textElement('MaxKeys', maxKeys) +
        optionalElement('Delimiter', encode(delimiter)) +
        textElement('IsTruncated', truncated) +
        entries.map((entry) => entryElement(entry, encode)).join('') +
        optionalElement('EncodingType', encodingType),
    );
  },
};

async function listVersions(
  context: OperationContext,
  parameters: ListParameters,
  after: VersionMarker | undefined,
): Promise<DriverVersionsPage> {
  const { service, bucket, signal } = context;
  const { prefix, delimiter, maxKeys } = parameters;
  if (maxKeys === 0) {
    await requireBucket(context);
    return { entries: [], truncated: false };
  }
  if (!service.datastore.capabilities.versioning) return listLatest(context, parameters, after);
  return listVersionsPageWithDetails(bucket, {
    prefix,
    delimiter: delimiter === '' ? undefined : delimiter,
    after,
    pageSize: Math.min(maxKeys, maxPageSize),
    signal,
  });
}

/** Lists the objects of a datastore without versions, each of which has the version `null`. */
async function listLatest(
  context: OperationContext,
  parameters: ListParameters,
  after: VersionMarker | undefined,
): Promise<DriverVersionsPage> {
  const { entries, isTruncated } = await listPage(context, parameters, after?.key ?? '', false);
  const versions = entries.map((entry): DriverVersion | CommonPrefix =>
    entry.isPrefix === true ? entry : { ...entry, versionId: 'null', isLatest: true, isDeleteMarker: false },
  );
  return { entries: versions, truncated: isTruncated };
}

function entryElement(entry: DriverVersion | CommonPrefix, encode: (name: string) => string): string {
  if (entry.isPrefix === true) return parentElement('CommonPrefixes', textElement('Prefix', encode(entry.key)));
  const { key, isLatest, isDeleteMarker, versionId } = entry;
  return parentElement(
    isDeleteMarker ? 'DeleteMarker' : 'Version',
    textElement('Key', encode(key)) +
      (isDeleteMarker ? lastModifiedElement(entry) : summaryElements(entry)) +
      parentElement('Owner', ownerElements) +
      (isDeleteMarker ? '' : textElement('StorageClass', 'STANDARD')) +
      textElement('IsLatest', isLatest) +
      textElement('VersionId', versionId),
  );
}
