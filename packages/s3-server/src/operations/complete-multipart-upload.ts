import type { Checksum, CompletedPart, PutResult, Upload } from '@anybucket/core';
import { joinChecksums, maxParts, unquoteEtag } from '@anybucket/core/backend';
import { checksumElement, checksumHeader, checksumHeaders, checksumTypeElement, findChecksum } from '../protocol/checksums.js';
import { encodePathForSignature } from '../protocol/percent-encoding.js';
import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { childrenOf, parseXml, textOf } from '../protocol/xml-parser.js';
import type { XmlElement } from '../protocol/xml-parser.js';
import { textElement } from '../protocol/xml-writer.js';
import { versionHeaders } from './object-version.js';
import type { Operation, OperationContext } from './operation.js';
import { readWriteConditions } from './put-options.js';
import { invalidPartNumber, requestedUpload } from './requested-upload.js';

/** 10,000 parts, each with an ETag and a checksum. */
const maxBodyBytes = 4 * 1024 * 1024;

export const completeMultipartUpload: Operation = {
  name: 'CompleteMultipartUpload',
  access: 'write',
  async handle(context) {
    const { request } = context;
    const { etag, versionId, checksum } = await complete(context);
    const response = xmlResponse(
      'CompleteMultipartUploadResult',
      textElement('Location', request.origin + encodePathForSignature(request.signedPath)) +
        textElement('Bucket', request.bucket) +
        textElement('Key', request.key) +
        textElement('ETag', `"${etag}"`) +
        checksumElement(checksum) +
        checksumTypeElement(checksum),
    );
    const headers = ['ETag', `"${etag}"`, ...versionHeaders(versionId), ...checksumHeaders(checksum)];
    return { ...response, headers: [...response.headers, ...headers] };
  },
};

async function complete(context: OperationContext): Promise<PutResult> {
  const { request, body, signal } = context;
  const document = await parseXml(await body.bytes(maxBodyBytes), 'CompleteMultipartUpload');
  const parts = childrenOf(document, 'Part').map(readPart);
  if (parts.length === 0) throw new S3Error('InvalidRequest', { message: 'You must specify at least one part' });
  const upload = requestedUpload(context);
  const expected = findChecksum((algorithm) => request.headers.get(checksumHeader(algorithm)));
  if (expected !== undefined) await verifyChecksum(upload, parts, expected, signal);
  await verifySize(upload, parts, request.headers.get('x-amz-mp-object-size'), signal);
  return upload.complete(parts, { ...readWriteConditions(request.headers), signal });
}

/** Reads a part. @throws `MalformedXML`, `InvalidPart` for a number or an ETag that no part has. */
function readPart(element: XmlElement): CompletedPart {
  const number = textOf(element, 'PartNumber')?.trim() ?? '0';
  const etag = unquoteEtag(textOf(element, 'ETag')?.trim() ?? '');
  if (!/^[+-]?\d{1,15}$/.test(number)) throw new S3Error('MalformedXML');
  const partNumber = Number(number);
  if (partNumber < 1 || partNumber > maxParts) throw invalidPartNumber();
  if (etag === '') throw new S3Error('InvalidPart');
  const checksum = findChecksum((algorithm) => textOf(element, `Checksum${algorithm}`)?.trim());
  return { partNumber, etag, checksum: checksum === undefined ? undefined : { ...checksum, type: 'full-object' } };
}

/**
 * Compares the size that the object must have with that of its parts. MinIO ignores the header, AWS does not.
 *
 * @throws `InvalidRequest`
 */
async function verifySize(upload: Upload, parts: readonly CompletedPart[], header: string | undefined, signal: AbortSignal): Promise<void> {
  if (header === undefined) return;
  const name = 'x-amz-mp-object-size';
  if (!/^[+-]?\d{1,15}$/.test(header)) throw new S3Error('InvalidRequest', { message: `Value for ${name} header is invalid: '${header}'` });
  const expected = Number(header);
  if (expected < 0) throw new S3Error('InvalidRequest', { message: `Value for ${name} header is less than zero: '${expected}'` });
  const numbers = new Set(parts.map(({ partNumber }) => partNumber));
  let size = 0;
  for (const part of await upload.listParts({ signal })) if (numbers.has(part.partNumber)) size += part.size;
  if (size !== expected)
    throw new S3Error('InvalidRequest', {
      message: `The provided '${name}' header value ${expected} does not match what was computed: ${size}`,
    });
}

/**
 * Compares the checksum that the object must have with that of its parts. The number of parts at the end of a composite one is optional.
 *
 * @throws `XAmzContentChecksumMismatch`
 */
async function verifyChecksum(
  upload: Upload,
  parts: readonly CompletedPart[],
  { algorithm, value }: Pick<Checksum, 'algorithm' | 'value'>,
  signal: AbortSignal,
): Promise<void> {
  const stored = new Map((await upload.listParts({ signal })).map((part) => [part.partNumber, part]));
  const values = parts.map(({ partNumber }) => {
    const part = stored.get(partNumber);
    return part?.checksum?.algorithm === algorithm ? { value: part.checksum.value, size: part.size } : undefined;
  });
  const known = values.filter((part) => part !== undefined);
  // Parts that do not exist are reported by the datastore.
  if (known.length < parts.length) return;
  const types: readonly Checksum['type'][] = ['composite', 'full-object'];
  const expected = types.map((type) => joinChecksums(algorithm, known, type).value);
  if (!expected.some((candidate) => candidate === value || candidate.split('-')[0] === value))
    throw new S3Error('XAmzContentChecksumMismatch');
}
