import type { Checksum, CommonPrefix, ListedObject, ObjectSummary, Tags } from '@anybucket/core';
import { encodeMetadataValue, listPageWithDetails, maxPageSize } from '@anybucket/core/backend';
import type { DriverEntry, EntryDetails } from '@anybucket/core/backend';
import { checksumTypeElement } from '../protocol/checksums.js';
import { toIsoDate } from '../protocol/dates.js';
import { encodeListedName } from '../protocol/percent-encoding.js';
import { S3Error } from '../protocol/s3-error.js';
import { parentElement, textElement } from '../protocol/xml-writer.js';
import type { OperationContext } from './operation.js';
import { ownerElements } from './owner.js';
import { requireBucket } from './require-bucket.js';

/** An entry of a listing. */
export type ListEntry = (DriverEntry & { readonly isPrefix?: never }) | CommonPrefix;

/** What the entries of all listings have in common. */
type ListedEntry = Pick<ObjectSummary, 'size' | 'etag' | 'lastModified'> & { readonly details?: EntryDetails };

/** The parameters that both versions of ListObjects have. */
export interface ListParameters {
  readonly prefix: string;
  readonly delimiter: string;
  /** As sent by the client; pages have at most 1000 entries. */
  readonly maxKeys: number;
  readonly encodingType: string | undefined;
  /** Encodes a name for the response. */
  readonly encode: (name: string) => string;
}

/** Reads the parameters of a listing. @throws `InvalidArgument`; `XMinioInvalidObjectName` for a prefix that no key can have */
export function readListParameters({ request: { query }, service }: OperationContext): ListParameters {
  const encodingType = query.get('encoding-type');
  if (encodingType !== undefined && encodingType !== '' && encodingType.toLowerCase() !== 'url')
    throw new S3Error('InvalidArgument', { message: 'Invalid Encoding Method specified in Request' });
  const prefix = query.get('prefix') ?? '';
  if (!service.anyKeys && /\/\/|\0/.test(prefix)) throw new S3Error('XMinioInvalidObjectName');
  const isEncoded = encodingType !== undefined && encodingType !== '';
  return {
    prefix,
    delimiter: query.get('delimiter') ?? '',
    maxKeys: readMaxKeys(query.get('max-keys')),
    encodingType: isEncoded ? encodingType : undefined,
    encode: isEncoded ? encodeListedName : (name) => name,
  };
}

/** Lists one page. */
export async function listPage(
  context: OperationContext,
  { prefix, delimiter, maxKeys }: ListParameters,
  startAfter: string,
  metadata: boolean,
): Promise<{ readonly entries: readonly ListEntry[]; readonly isTruncated: boolean }> {
  if (maxKeys === 0) {
    await requireBucket(context);
    return { entries: [], isTruncated: false };
  }
  const { entries, truncated } = await listPageWithDetails(context.bucket, {
    prefix,
    metadata,
    startAfter: startAfter === '' ? undefined : startAfter,
    delimiter: delimiter === '' ? undefined : delimiter,
    pageSize: Math.min(maxKeys, maxPageSize),
    signal: context.signal,
  });
  return { entries, isTruncated: truncated };
}

/** Returns the `Contents` and `CommonPrefixes` elements. */
export function listElements(
  entries: readonly ListEntry[],
  { encode }: ListParameters,
  { owner, metadata }: { readonly owner: boolean; readonly metadata: boolean },
): string {
  let contents = '';
  let prefixes = '';
  for (const entry of entries) {
    if (entry.isPrefix === true) {
      prefixes += parentElement('CommonPrefixes', textElement('Prefix', encode(entry.key)));
      continue;
    }
    contents +=
      `<Contents>${textElement('Key', encode(entry.key))}${summaryElements(entry)}` +
      `${owner ? parentElement('Owner', ownerElements) : ''}<StorageClass>STANDARD</StorageClass>` +
      `${metadata && 'contentType' in entry ? metadataElements(entry, entry.details?.tags) : ''}</Contents>`;
  }
  return contents + prefixes;
}

/** Returns the elements of time, ETag, checksum and size of an object. */
export function summaryElements(entry: ListedEntry): string {
  const { etag, size, details } = entry;
  return `${lastModifiedElement(entry)}<ETag>&#34;${etag}&#34;</ETag>${checksumElements(details?.checksum)}<Size>${size}</Size>`;
}

/** Clients such as `mc mirror` compare the time with that of a file, so whole seconds would make a new object look older than the file. */
export function lastModifiedElement({ lastModified, details }: ListedEntry): string {
  const time = details?.modifiedMs === undefined ? lastModified : new Date(details.modifiedMs);
  return `<LastModified>${toIsoDate(time)}</LastModified>`;
}

/** MinIO leaves them out, AWS does not. */
function checksumElements(checksum: Checksum | undefined): string {
  return checksum === undefined ? '' : textElement('ChecksumAlgorithm', checksum.algorithm) + checksumTypeElement(checksum);
}

/** The extension of MinIO for `metadata=true`. */
function metadataElements({ contentType, metadata }: ListedObject, tags: Tags = {}): string {
  let elements = textElement('content-type', contentType);
  for (const [name, value] of Object.entries(metadata)) elements += textElement(elementName(name), encodeMetadataValue(value));
  const userTags = new URLSearchParams(tags).toString();
  return parentElement('UserMetadata', elements) + (userTags === '' ? '' : textElement('UserTags', userTags));
}

/** Returns the name as Go writes headers: `X-Amz-Meta-Mood`. */
function elementName(name: string): string {
  return `X-Amz-Meta-${name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase())}`;
}

function readMaxKeys(text: string | undefined): number {
  if (text === undefined || text === '') return maxPageSize;
  const maxKeys = /^[+-]?\d{1,18}$/.test(text) ? Number(text) : NaN;
  if (!(maxKeys >= 0)) throw new S3Error('InvalidArgument', { message: 'Argument maxKeys must be an integer between 0 and 2147483647' });
  return maxKeys;
}
