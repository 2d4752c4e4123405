import fc from 'fast-check';
import type { Call, FetchPlaceholder, FilePlaceholder, VersionPlaceholder } from '../calls/call.js';
import { contentSize } from '../calls/content.js';
import {
  abortedSignal,
  appendOptions,
  bucketCall,
  fileName,
  mergeOptions,
  signalOptions,
  versionOf,
  versionOptions,
  withOptions,
} from './call-builders.js';
import type { WeightedCall } from './call-builders.js';
import { readConditions, writeConditions } from './conditions.js';
import { prefixFrom } from './keys.js';
import { bucket, client, missingBucketName } from './targets.js';
import { body, checksumRequest, content, contentMd5, expectedCrc32, headers, metadata, optional, optionsOf, tags } from './values.js';

const attributes = [optionsOf(headers), optionsOf({ metadata: optional(metadata, 3), tags: optional(tags, 5) })] as const;
const attributeNames = [...Object.keys(headers), 'metadata', 'tags', 'ifMatch', 'ifNoneMatch', 'native', 'signal'];

const putOptions = mergeOptions(
  [...attributeNames, 'contentMD5', 'partSize', 'concurrency'],
  ...attributes,
  writeConditions(5),
  optionsOf({ signal: abortedSignal, partSize: optional(fc.constant(5 * 2 ** 20), 2), checksum: optional(checksumRequest, 8) }),
);
const copyOptions = mergeOptions(
  [...attributeNames, 'sourceIfMatch', 'sourceIfModifiedSince'],
  fc.oneof(fc.constant({}), ...attributes),
  writeConditions(12),
  readConditions('source', 4),
  optionsOf({ sourceVersionId: optional(versionOf('source'), 6), signal: abortedSignal }),
);
const deleteOptions = mergeOptions(
  ['ifMatch', 'signal'],
  writeConditions(4).map(({ ifMatch }) => (ifMatch === undefined ? {} : { ifMatch })),
  optionsOf({ versionId: optional(versionOf('target'), 3), signal: abortedSignal }),
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
      checksum: optional(expectedCrc32(data.content), 20),
      maxSize: optional(
        fc.constantFrom(0, 1, -1, 100).map((more) => Math.max(0, contentSize(data.content) + more)),
        20,
      ),
      options: putOptions,
    };
    return fc.record(fields).map(({ lengthDifference, contentMD5, checksum, maxSize, options, ...rest }) => {
      const signal = data.failure === 'aborts' && options['signal'] === undefined ? { signal: { $: 'signal', aborted: false } } : {};
      // Of a body with a wrong length, and one that fails, either failure may be reported.
      const limit = maxSize === undefined || lengthDifference !== undefined || data.failure !== undefined ? {} : { maxSize };
      const expected = { ...(contentMD5 === undefined ? {} : { contentMD5 }), ...(checksum === undefined ? {} : { checksum }) };
      const allOptions = { ...options, ...signal, ...expected, ...limit };
      const length = lengthDifference === undefined ? [] : [contentSize(data.content) + lengthDifference];
      return appendOptions([rest.key, rest.data, ...length], allOptions);
    });
  });
}

/** A few distinct keys, some of them with a version. A batch has at most one entry per key. */
function batchOf(key: fc.Arbitrary<unknown>): fc.Arbitrary<readonly unknown[]> {
  const version = fc.nat(4).map((index): VersionPlaceholder => ({ $: 'version', role: 'target', index }));
  const item = fc.record({ key, version: optional(version, 2) });
  return fc
    .uniqueArray(item, { maxLength: 4, selector: ({ key: name }) => name })
    .map((items) =>
      items.map(({ key: name, version: one }) =>
        one === undefined || typeof name !== 'string' ? name : { key: name, versionId: { ...one, key: name } },
      ),
    );
}

/** Returns calls that change objects. */
export function writes(key: fc.Arbitrary<unknown>, keyPool: readonly string[]): readonly WeightedCall[] {
  const prefix = prefixFrom(keyPool);
  const otherBucket = optional<unknown>(fc.oneof({ weight: 8, arbitrary: bucket }, { weight: 1, arbitrary: missingBucketName }), 3);
  const copyToOptions = fc
    .record({ options: copyOptions, to: otherBucket })
    .map(({ options, to }): Record<string, unknown> => (typeof to === 'string' ? { ...options, bucket: to } : options));
  const deleteAllOptions = mergeOptions(
    ['signal'],
    optionsOf({ prefix: optional(prefix, 20).map((one) => one ?? 'a'), startAfter: optional(prefix, 5), signal: abortedSignal }),
  );
  // To the other bucket: within one bucket, copies that overwrite each other make the outcome depend on their order.
  const copyAllCall = fc
    .record({ client, prefix, to: prefix, startAfter: optional(prefix, 5), reverse: fc.boolean() })
    .map(({ client: by, reverse, startAfter, ...keys }): Call => {
      const [from, bucketOption] = reverse ? ['differ-two', 'differ-one'] : ['differ-one', 'differ-two'];
      const options = { ...keys, bucket: bucketOption, ...(startAfter === undefined ? {} : { startAfter }) };
      return { client: by, bucket: from, method: 'copyAll', args: [options] };
    });
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
    [2, bucketCall('delete', withOptions(signalOptions, fc.array(key, { maxLength: 4 })))],
    [3, bucketCall('delete', withOptions(signalOptions, batchOf(key)))],
    [3, bucketCall('setTags', withOptions(versionOptions, key, anyTags))],
    [2, bucketCall('removeTags', withOptions(versionOptions, key))],
    [4, bucketCall('copy', withOptions(copyToOptions, key, key))],
    [4, bucketCall('move', withOptions(copyToOptions, key, key))],
    [1, bucketCall('deleteAll', fc.tuple(deleteAllOptions))],
    [1, copyAllCall],
    [2, bucketCall('setVersioning', withOptions(signalOptions, fc.constantFrom('enabled', 'enabled', 'suspended', 'off')))],
  ];
}
