import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { optionalElement, textElement } from '../protocol/xml-writer.js';
import { listElements, listPage, readListParameters } from './list-parameters.js';
import type { Operation } from './operation.js';

export const listObjectsV2: Operation = {
  name: 'ListObjectsV2',
  access: 'read',
  async handle(context) {
    const { request } = context;
    const { query } = request;
    const parameters = readListParameters(context);
    const { prefix, delimiter, maxKeys, encodingType, encode } = parameters;
    const startAfter = query.get('start-after') ?? '';
    const token = query.get('continuation-token');
    const metadata = query.get('metadata') === 'true';
    const after = token === undefined ? startAfter : keyOfToken(token, prefix);
    const { entries, isTruncated } = await listPage(context, parameters, after, metadata);
    const last = entries.at(-1)?.key;
    return xmlResponse(
      'ListBucketResult',
      textElement('Name', request.bucket) +
        textElement('Prefix', encode(prefix)) +
        optionalElement('StartAfter', encode(startAfter)) +
        optionalElement('ContinuationToken', token) +
        optionalElement('NextContinuationToken', isTruncated && last !== undefined ? tokenOf(last) : undefined) +
        textElement('KeyCount', entries.length) +
        textElement('MaxKeys', maxKeys) +
        optionalElement('Delimiter', encode(delimiter)) +
        textElement('IsTruncated', isTruncated) +
        listElements(entries, parameters, { owner: query.get('fetch-owner') === 'true', metadata }) +
        optionalElement('EncodingType', encodingType),
    );
  },
};

/** Returns the token of the page after a key. Like a token of MinIO, it contains the key in base64. */
function tokenOf(key: string): string {
  return Buffer.from(key).toString('base64');
}

/** Returns the key of a token, also of one that MinIO created. @throws `InvalidArgument`, `NotImplemented` if it is outside of the prefix. */
function keyOfToken(token: string, prefix: string): string {
  const isBase64 = token !== '' && /^[A-Za-z0-9+/]*={0,2}$/.test(token) && token.length % 4 === 0;
  if (!isBase64) throw new S3Error('InvalidArgument', { message: 'The continuation token provided is incorrect' });
  const key = Buffer.from(token, 'base64')
    .toString()
    .replace(/\[minio_cache:[^\]]*\]$/, '');
  if (!key.startsWith(prefix)) throw new S3Error('NotImplemented');
  return key;
}
