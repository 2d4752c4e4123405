import fc from 'fast-check';
import type { FetchPlaceholder, FilePlaceholder } from '../calls/call.js';
import { contentSize } from '../calls/content.js';
import {
  abortedSignal,
  appendOptions,
  bucketCall,
  fileName,
  mergeOptions,
  missingVersionId,
  signalOptions,
  withOptions,
} from './call-builders.js';
import type { WeightedCall } from './call-builders.js';
import { readConditions, writeConditions } from './conditions.js';
import { bucket, missingBucketName } from './targets.js';
import { body, content, contentMd5, headers, metadata, optional, optionsOf, tags } from './values.js';

const attributes = [optionsOf(headers), optionsOf({ metadata: optional(metadata, 3), tags: optional(tags, 5) })] as const;
const attributeNames = [...Object.keys(headers), 'metadata', 'tags', 'ifMatch', 'ifNoneMatch', 'native', 'signal'];

const putOptions = mergeOptions(
  [...attributeNames, 'contentMD5', 'partSize', 'concurrency'],
  ...attributes,
  writeConditions(5),
  optionsOf({ signal: abortedSignal, partSize: optional(fc.constant(5 * 2 ** 20), 2) }),
);
const copyOptions = mergeOptions(
  [...attributeNames, 'sourceIfMatch', 'sourceIfModifiedSince'],
  fc.oneof(fc.constant({}), ...attributes),
  writeConditions(12),
  readConditions('source', 4),
  optionsOf({ sourceVersionId: missingVersionId, signal: abortedSignal }),
);
const deleteOptions = mergeOptions(
  ['ifMatch', 'signal'],
  writeConditions(4).map(({ ifMatch }) => (ifMatch === undefined ? {} : { ifMatch })),
  optionsOf({ versionId: missingVersionId, signal: abortedSignal }),
);

const validUrls = ['http://example.test/x', 'https://example.test/?q=1'];
const url: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...validUrls) },
  { weight: 1, arbitrary: fc.constantFrom('ftp://example.test/x', 'example', '', 42) },
);
const response: fc.Arbitrary<FetchPlaceholder> = fc
  .record({
    status: fc.constantFrom(200, 200, 200, 201, 404, 500),
    content,
    contentType: optional(fc.constantFrom('text/csv', 'application/json'), 2),
    excessLength: optional(fc.constantFrom(1, 10), 10),
    failure: optional(fc.constant('throws' as const), 10),
  })
  .map(({ status, content: bytes, contentType, excessLength, failure }): FetchPlaceholder => {
    const type = contentType === undefined ? {} : { contentType };
    const length = excessLength === undefined ? {} : { contentLength: contentSize(bytes) + excessLength };
    return { $: 'fetch', status, content: bytes, ...type, ...length, ...(failure === undefined ? {} : { failure }) };
  });
const file: fc.Arbitrary<FilePlaceholder> = fc
  .record({ name: fileName, bytes: optional(content, 2) })
  .map(({ name, bytes }) => ({ $: 'file', name, ...(bytes === undefined || name === 'folder' ? {} : { content: bytes }) }));

/** Returns arguments of `put`, with a length and an MD5 that may not match the body. */
function putArguments(key: fc.Arbitrary<unknown>): fc.Arbitrary<readonly unknown[]> {
  return body.chain((data) => {
    const invalidData = fc.constantFrom<unknown>(42, null, true, undefined, {});
    const fields = {
      key,
      data: fc.oneof({ weight: 100, arbitrary: fc.constant<unknown>(data) }, { weight: 1, arbitrary: invalidData }),
      lengthDifference: optional(fc.constantFrom(0, 0, 0, 1, -1, 10), 6),
      contentMD5: optional(contentMd5(data.content), 10),
      options: putOptions,
    };
    return fc.record(fields).map(({ lengthDifference, contentMD5, options, ...rest }) => {
      const signal = data.failure === 'aborts' && options['signal'] === undefined ? { signal: { $: 'signal', aborted: false } } : {};
      const allOptions = { ...options, ...signal, ...(contentMD5 === undefined ? {} : { contentMD5 }) };
      const length = lengthDifference === undefined ? [] : [contentSize(data.content) + lengthDifference];
      return appendOptions([rest.key, rest.data, ...length], allOptions);
    });
  });
}

/** Returns calls that change objects. */
export function writes(key: fc.Arbitrary<unknown>): readonly WeightedCall[] {
  const target: fc.Arbitrary<unknown> = fc.oneof({ weight: 15, arbitrary: bucket }, { weight: 1, arbitrary: missingBucketName });
  const invalidTags = fc.constantFrom<unknown>(undefined, null, 'x', [], { a: 1 });
  const anyTags: fc.Arbitrary<unknown> = fc.oneof({ weight: 10, arbitrary: tags }, { weight: 1, arbitrary: invalidTags });
  const request = fc.tuple(url, key, putOptions, response).map(([from, to, options, fetch]) => [from, to, { ...options, fetch }]);
  return [
    [26, bucketCall('put', putArguments(key))],
    [2, bucketCall('fput', withOptions(putOptions, key, file))],
    [2, bucketCall('putRequest', request)],
    [9, bucketCall('fcopyTo', withOptions(copyOptions, target, key, key))],
    [8, bucketCall('delete', withOptions(deleteOptions, key))],
    [4, bucketCall('delete', withOptions(signalOptions, fc.array(key, { maxLength: 4 })))],
    [3, bucketCall('setTags', withOptions(signalOptions, key, anyTags))],
    [2, bucketCall('removeTags', withOptions(signalOptions, key))],
    [1, bucketCall('setVersioning', fc.constant(['off']))],
  ];
}
