import { contentTypeOf, createChecksumHasher, maxPartSize } from '@anybucket/core/backend';
import type { PutResult } from '@anybucket/core';
import { authenticateForm, evaluatePolicy } from '../auth/post-policy.js';
import type { SizeRange } from '../auth/post-policy.js';
import { checksumHeaders, readPayloadChecksum } from '../protocol/checksums.js';
import type { PayloadChecksum } from '../protocol/checksums.js';
import { malformed, readForm } from '../protocol/form-reader.js';
import type { Form } from '../protocol/form-reader.js';
import { readAttributes } from '../protocol/object-headers.js';
import { encodePathForSignature } from '../protocol/percent-encoding.js';
import { encodeUtf8Header } from '../protocol/request-headers.js';
import type { RequestHeaders } from '../protocol/request-headers.js';
import { S3Error } from '../protocol/s3-error.js';
import { normaliseKey } from '../protocol/s3-request.js';
import { documentResponse, emptyResponse } from '../protocol/s3-response.js';
import type { S3Response } from '../protocol/s3-response.js';
import { parseTagging } from '../protocol/tagging.js';
import { plainXmlDocument, textElement } from '../protocol/xml-writer.js';
import { versionHeaders } from './object-version.js';
import type { Operation, OperationContext } from './operation.js';
import { checkWriteHeaders } from './put-options.js';

const defaultType = 'application/octet-stream';

/** The upload of a browser, whose form has a signed policy. */
export const postObject: Operation = {
  name: 'PostObject',
  access: 'form',
  async handle(context) {
    const { request, body } = context;
    const form = await readForm(request.headers.get('content-type') ?? '', body.chunks());
    try {
      return await respond(context, form);
    } finally {
      form.cancel();
    }
  },
};

async function respond(context: OperationContext, form: Form): Promise<S3Response> {
  const { service, request } = context;
  const requestedKey = form.fields.get('key');
  if (requestedKey === undefined) throw malformed('The name of the uploaded key is missing');
  const namedKey = requestedKey.replaceAll('${filename}', () => form.filename);
  authenticateForm(form.fields, request.bucket, service.verifier);
  const fields = new Map([...form.fields, ['key', namedKey], ['bucket', request.bucket]]);
  const sizes = evaluatePolicy(form.fields.get('policy') ?? '', fields, service.verifier.now());
  const key = service.anyKeys ? namedKey : normaliseKey(namedKey, false).replace(/\/$/, '');
  if (key === '') throw new S3Error('XMinioInvalidObjectName');
  const result = await put(context, form, key, sizes);
  return successResponse(context, form, key, result);
}

async function put({ service, bucket, signal }: OperationContext, form: Form, key: string, sizes: SizeRange): Promise<PutResult> {
  const headers = headersOf(form);
  checkWriteHeaders(headers);
  const checksum = readPayloadChecksum(headers);
  return bucket.put(key, limitedContent(form, sizes, checksum), {
    ...readAttributes(headers),
    contentType: headers.get('content-type') ?? contentTypeOf(key) ?? defaultType,
    tags: await readFormTags(form),
    contentMD5: headers.get('content-md5'),
    checksum: service.datastore.capabilities.checksums ? checksum : undefined,
    signal,
  });
}

/** Returns the fields in the form of headers. */
function headersOf({ fields }: Form): RequestHeaders {
  return new Map([...fields].map(([name, value]) => [name, encodeUtf8Header(value)]));
}

async function readFormTags({ fields }: Form): Promise<Record<string, string> | undefined> {
  const tagging = fields.get('tagging');
  if (tagging === undefined || tagging === '') return undefined;
  try {
    return await parseTagging(tagging);
  } catch (error) {
    if (error instanceof S3Error && error.code === 'MalformedXML') throw malformed(undefined, error);
    throw error;
  }
}

/** Returns the file. @throws `EntityTooLarge`, `EntityTooSmall`, `XAmzContentChecksumMismatch` while it is read. */
async function* limitedContent(
  { file }: Form,
  { min, max }: SizeRange,
  checksum: PayloadChecksum | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  const hasher = checksum === undefined ? undefined : await createChecksumHasher(checksum.algorithm);
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size > Math.min(max, maxPartSize)) throw new S3Error('EntityTooLarge');
    hasher?.update(chunk);
    yield chunk;
  }
  if (size < min) throw new S3Error('EntityTooSmall');
  if (hasher !== undefined && hasher.digest() !== checksum?.value) throw new S3Error('XAmzContentChecksumMismatch');
}

/** Returns the response that the form asks for. */
function successResponse({ request }: OperationContext, { fields }: Form, key: string, result: PutResult): S3Response {
  const etag = `"${result.etag}"`;
  const location = `${request.origin}${encodePathForSignature(`${request.signedPath.replace(/\/$/, '')}/${key}`)}`;
  const headers = ['ETag', etag, ...versionHeaders(result.versionId), ...checksumHeaders(result.checksum)];
  const redirect = fields.get('success_action_redirect') ?? '';
  if (redirect !== '') {
    const target = redirectTarget(redirect, { bucket: request.bucket, key, etag });
    return emptyResponse(303, [...headers, 'Location', target]);
  }
  headers.push('Location', location);
  const status = fields.get('success_action_status');
  if (status === '200') return emptyResponse(200, headers);
  if (status !== '201') return emptyResponse(204, headers);
  const elements =
    textElement('Bucket', request.bucket) + textElement('Key', key) + textElement('ETag', etag) + textElement('Location', location);
  return documentResponse(201, plainXmlDocument('PostResponse', elements), headers);
}

function redirectTarget(redirect: string, parameters: Readonly<Record<string, string>>): string {
  if (!URL.canParse(redirect)) throw malformed();
  const url = new URL(redirect);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  url.searchParams.sort();
  return url.href;
}
