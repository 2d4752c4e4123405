import type { Checksum, ChecksumAlgorithm } from '@anybucket/core';
import { checksumBytes } from '@anybucket/core/backend';
import type { HttpResponse } from '../http/http-response.js';
import { textOf } from './xml.js';
import type { XmlElement } from './xml.js';

const algorithms = Object.keys(checksumBytes) as ChecksumAlgorithm[];

/** The request header that asks for the checksum of an object. */
export const checksumMode = { 'x-amz-checksum-mode': 'ENABLED' } as const;

/** Returns the name of the header of a checksum. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** Returns the checksum in the headers of a response, if there is one. */
export function readChecksum(response: HttpResponse): { readonly checksum?: Checksum } {
  return toChecksum((algorithm) => response.header(checksumHeader(algorithm)), response.header('x-amz-checksum-type'));
}

/** Returns the checksum in the children of an element, if there is one. */
export function readChecksumElement(element: XmlElement): { readonly checksum?: Checksum } {
  return toChecksum((algorithm) => textOf(element, `Checksum${algorithm}`), textOf(element, 'ChecksumType'));
}

/** Returns the element of a checksum of a part. */
export function checksumElement(checksum: Checksum | undefined): string {
  if (checksum === undefined) return '';
  const name = `Checksum${checksum.algorithm}`;
  return `<${name}>${checksum.value}</${name}>`;
}

function toChecksum(
  valueOf: (algorithm: ChecksumAlgorithm) => string | undefined,
  type: string | undefined,
): { readonly checksum?: Checksum } {
  for (const algorithm of algorithms) {
    const value = valueOf(algorithm);
    if (value === undefined || value === '') continue;
    const isComposite = type === undefined ? value.includes('-') : type === 'COMPOSITE';
    return { checksum: { algorithm, value, type: isComposite ? 'composite' : 'full-object' } };
  }
  return {};
}
