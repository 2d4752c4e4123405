import type { Checksum, ChecksumAlgorithm } from '@anybucket/core';
import { checksumBytes } from '@anybucket/core/backend';
import type { RequestHeaders } from './request-headers.js';
import { S3Error } from './s3-error.js';
import { textElement } from './xml-writer.js';

/** The checksum of a payload, as the headers of its request announce it. */
export interface PayloadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** In base64. Undefined if it follows in the trailer. */
  readonly value: string | undefined;
}

const algorithms = Object.keys(checksumBytes) as ChecksumAlgorithm[];
const headerPrefix = 'x-amz-checksum-';
const types: Readonly<Record<Checksum['type'], string>> = { 'full-object': 'FULL_OBJECT', composite: 'COMPOSITE' };

/** Returns the name of the header, or the trailer, with a checksum. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return headerPrefix + algorithm.toLowerCase();
}

/**
 * Reads the checksum of a payload from its header, or from the announcement of its trailer.
 *
 * @throws `InvalidRequest` for more than one checksum, and for a value that is not a checksum of its algorithm. MinIO sends
 *   `InvalidArgument`, AWS this.
 */
export function readPayloadChecksum(headers: RequestHeaders): PayloadChecksum | undefined {
  const found: PayloadChecksum[] = [];
  for (const algorithm of algorithms) {
    const value = headers.get(checksumHeader(algorithm));
    if (value === undefined || value === '') continue;
    if (!isChecksum(algorithm, value))
      throw new S3Error('InvalidRequest', { message: `Value for ${checksumHeader(algorithm)} header is invalid.` });
    found.push({ algorithm, value });
  }
  const trailer = headers.get('x-amz-trailer')?.trim().toLowerCase();
  const trailing = algorithms.find((algorithm) => checksumHeader(algorithm) === trailer);
  if (trailing !== undefined) found.push({ algorithm: trailing, value: undefined });
  if (found.length > 1)
    throw new S3Error('InvalidRequest', {
      message: 'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    });
  return found[0];
}

/** Reads the name of an algorithm. @throws `InvalidArgument` for an unknown one. */
export function readChecksumAlgorithm(headers: RequestHeaders): ChecksumAlgorithm | undefined {
  const name = headers.get('x-amz-checksum-algorithm');
  if (name === undefined || name === '') return undefined;
  const algorithm = findAlgorithm(name);
  if (algorithm === undefined) throw invalidChecksum();
  return algorithm;
}

/** Returns the algorithm with a name, in any case. Undefined for an unknown one. */
export function findAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return algorithms.find((algorithm) => algorithm === name.toUpperCase());
}

/** Reads the type of the checksum of an object. As on MinIO, an unknown type is ignored. */
export function readChecksumType(headers: RequestHeaders): Checksum['type'] | undefined {
  const text = headers.get('x-amz-checksum-type')?.toUpperCase();
  return text === types.composite ? 'composite' : text === types['full-object'] ? 'full-object' : undefined;
}

/** Returns the headers of a response that contain a checksum. */
export function checksumHeaders(checksum: Checksum | undefined): string[] {
  if (checksum === undefined) return [];
  return [checksumHeader(checksum.algorithm), checksum.value, 'x-amz-checksum-type', types[checksum.type]];
}

/** Returns the element of a checksum, such as `ChecksumCRC32`. */
export function checksumElement(checksum: Pick<Checksum, 'algorithm' | 'value'> | undefined): string {
  return checksum === undefined ? '' : textElement(`Checksum${checksum.algorithm}`, checksum.value);
}

/** Returns the element of the type of a checksum. */
export function checksumTypeElement(checksum: Checksum | undefined): string {
  return checksum === undefined ? '' : textElement('ChecksumType', types[checksum.type]);
}

/** Returns the checksum that is given for one of the algorithms. */
export function findChecksum(
  textOf: (algorithm: ChecksumAlgorithm) => string | undefined,
): { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined {
  for (const algorithm of algorithms) {
    const value = textOf(algorithm);
    if (value !== undefined && value !== '') return { algorithm, value };
  }
  return undefined;
}

/** Returns whether a text is a checksum in base64. */
function isChecksum(algorithm: ChecksumAlgorithm, text: string): boolean {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === checksumBytes[algorithm] && bytes.toString('base64') === text;
}

/** Creates the error of a malformed checksum, or of an unknown algorithm. */
export function invalidChecksum(): S3Error {
  return new S3Error('InvalidArgument', { message: 'Invalid checksum provided.' });
}
