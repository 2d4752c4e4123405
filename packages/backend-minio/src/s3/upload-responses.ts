import type { Checksum } from '@anybucket/core';
import { truncateToSeconds, unquoteEtag } from '@anybucket/core/backend';
import type { DriverPartsPage, UploadInfo } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { readChecksumElement } from './checksums.js';
import { keyDecoder, readSize } from './list-response.js';
import { readDate } from './object-headers.js';
import { protocolError } from './protocol-error.js';
import { childrenOf, textOf } from './xml.js';
import type { XmlElement } from './xml.js';

/** One page of ListMultipartUploads. */
export interface UploadsPage {
  readonly uploads: UploadInfo[];
  /** The parameters of the next page. Undefined on the last page. */
  readonly next: { readonly 'key-marker'?: string; readonly 'upload-id-marker'?: string } | undefined;
}

/** Reads the response of ListParts. @throws `InternalError` for invalid numbers, sizes or dates. */
export function readParts(document: XmlElement, response: HttpResponse): DriverPartsPage {
  const parts = childrenOf(document, 'Part').map((element) => ({
    partNumber: Number(textOf(element, 'PartNumber')),
    etag: unquoteEtag(textOf(element, 'ETag') ?? ''),
    size: readSize(textOf(element, 'Size'), response),
    lastModified: truncateToSeconds(readDate(textOf(element, 'LastModified'), response)),
    ...readPartChecksum(element),
  }));
  if (parts.some(({ partNumber }) => !Number.isSafeInteger(partNumber))) throw protocolError('a part has no number', response);
  return { parts, truncated: textOf(document, 'IsTruncated') === 'true' };
}

/** The checksum of a part is always that of its body. */
function readPartChecksum(element: XmlElement): { readonly checksum?: Checksum } {
  const { checksum } = readChecksumElement(element);
  return checksum === undefined ? {} : { checksum: { ...checksum, type: 'full-object' } };
}

/** Reads the response of ListMultipartUploads. @throws `InternalError` for invalid dates. */
export function readUploads(document: XmlElement, response: HttpResponse): UploadsPage {
  const decode = keyDecoder(document);
  const uploads = childrenOf(document, 'Upload').map((element) => ({
    key: decode(textOf(element, 'Key') ?? ''),
    id: textOf(element, 'UploadId') ?? '',
    initiated: truncateToSeconds(readDate(textOf(element, 'Initiated'), response)),
  }));
  if (textOf(document, 'IsTruncated') !== 'true') return { uploads, next: undefined };
  const keyMarker = decode(textOf(document, 'NextKeyMarker') ?? '') || decode(textOf(document, 'Prefix') ?? '');
  return { uploads, next: { 'key-marker': keyMarker, 'upload-id-marker': textOf(document, 'NextUploadIdMarker') ?? '' } };
}
