import { S3Error } from '../protocol/s3-error.js';
import { xmlResponse } from '../protocol/s3-response.js';
import { optionalElement, textElement } from '../protocol/xml-writer.js';
import { listElements, listPage, readListParameters } from './list-parameters.js';
import type { Operation } from './operation.js';

export const listObjects: Operation = {
  name: 'ListObjects',
  access: 'read',
  async handle(context) {
    const { request } = context;
    const parameters = readListParameters(context);
    const { prefix, delimiter, maxKeys, encodingType, encode } = parameters;
    const marker = request.query.get('marker') ?? '';
    if (marker !== '' && !marker.startsWith(prefix)) throw new S3Error('NotImplemented');
    const { entries, isTruncated } = await listPage(context, parameters, marker, false);
    const last = entries.at(-1)?.key;
    return xmlResponse(
      'ListBucketResult',
      textElement('Name', request.bucket) +
        textElement('Prefix', encode(prefix)) +
        textElement('Marker', encode(marker)) +
        optionalElement('NextMarker', isTruncated && last !== undefined ? encode(last) : undefined) +
        textElement('MaxKeys', maxKeys) +
        optionalElement('Delimiter', encode(delimiter)) +
        textElement('IsTruncated', isTruncated) +
        listElements(entries, parameters, { owner: true, metadata: false }) +
        optionalElement('EncodingType', encodingType),
    );
  },
};
