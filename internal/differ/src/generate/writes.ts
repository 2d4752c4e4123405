import fc from 'fast-check';
import type { FetchLeaf, FileLeaf } from '../calls/call.js';
import { sizeOf } from '../calls/content.js';
import { fileName, merged, onBucket, plain, versionId, withOptions, withoutEmpty } from './building.js';
import type { Weighted } from './building.js';
import { abortedSignal, bucket, foreignName, readConditions, writeConditions } from './places.js';
import { body, content, digestOf, headers, metadata, options, seldom, tags } from './values.js';

const attributes = [options(headers), options({ metadata: seldom(metadata, 3), tags: seldom(tags, 5) })] as const;
const attributeNames = [...Object.keys(headers), 'metadata', 'tags', 'ifMatch', 'ifNoneMatch', 'native', 'signal'];

const putOptions = merged(
  [...attributeNames, 'contentMD5', 'partSize', 'concurrency'],
  ...attributes,
  writeConditions(5),
  options({ signal: abortedSignal, partSize: seldom(fc.constant(5 * 2 ** 20), 2) }),
);
const copyOptions = merged(
  [...attributeNames, 'sourceIfMatch', 'sourceIfModifiedSince'],
  fc.oneof(fc.constant({}), ...attributes),
  writeConditions(12),
  readConditions('source', 4),
  options({ sourceVersionId: versionId, signal: abortedSignal }),
);
const deleteOptions = merged(
  ['ifMatch', 'signal'],
  writeConditions(4).map(({ ifMatch }) => (ifMatch === undefined ? {} : { ifMatch })),
  options({ versionId, signal: abortedSignal }),
);

const goodUrls = ['http://example.test/x', 'https://example.test/?q=1'];
const url: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(...goodUrls) },
  { weight: 1, arbitrary: fc.constantFrom('ftp://example.test/x', 'example', '', 42) },
);
const answer: fc.Arbitrary<FetchLeaf> = fc
  .record({
    status: fc.constantFrom(200, 200, 200, 201, 404, 500),
    content,
    contentType: seldom(fc.constantFrom('text/csv', 'application/json'), 2),
    wrong: seldom(fc.constantFrom(1, 10), 10),
    ends: seldom(fc.constant('throws' as const), 10),
  })
  .map(({ status, content: bytes, contentType, wrong, ends }): FetchLeaf => {
    const type = contentType === undefined ? {} : { contentType };
    const length = wrong === undefined ? {} : { contentLength: sizeOf(bytes) + wrong };
    return { $: 'fetch', status, content: bytes, ...type, ...length, ...(ends === undefined ? {} : { ends }) };
  });
const file: fc.Arbitrary<FileLeaf> = fc
  .record({ name: fileName, bytes: seldom(content, 2) })
  .map(({ name, bytes }) => ({ $: 'file', name, ...(bytes === undefined || name === 'folder' ? {} : { content: bytes }) }));

/** The arguments of `put`: its length and its MD5 fit the body, or don't. */
function putArguments(key: fc.Arbitrary<unknown>): fc.Arbitrary<readonly unknown[]> {
  return body.chain((data) => {
    const notData = fc.constantFrom<unknown>(42, null, true, undefined, {});
    const fields = {
      key,
      data: fc.oneof({ weight: 100, arbitrary: fc.constant<unknown>(data) }, { weight: 1, arbitrary: notData }),
      difference: seldom(fc.constantFrom(0, 0, 0, 1, -1, 10), 6),
      contentMD5: seldom(digestOf(data.content), 10),
      given: putOptions,
    };
    return fc.record(fields).map(({ difference, contentMD5, given, ...rest }) => {
      const signal = data.ends === 'aborts' && given['signal'] === undefined ? { signal: { $: 'signal', aborted: false } } : {};
      const whole = { ...given, ...signal, ...(contentMD5 === undefined ? {} : { contentMD5 }) };
      const length = difference === undefined ? [] : [sizeOf(data.content) + difference];
      return withoutEmpty([rest.key, rest.data, ...length], whole);
    });
  });
}

/** Calls that change objects. */
export function writes(key: fc.Arbitrary<unknown>): readonly Weighted[] {
  const target: fc.Arbitrary<unknown> = fc.oneof({ weight: 15, arbitrary: bucket }, { weight: 1, arbitrary: foreignName });
  const notTags = fc.constantFrom<unknown>(undefined, null, 'x', [], { a: 1 });
  const anyTags: fc.Arbitrary<unknown> = fc.oneof({ weight: 10, arbitrary: tags }, { weight: 1, arbitrary: notTags });
  const request = fc.tuple(url, key, putOptions, answer).map(([to, one, given, fetch]) => [to, one, { ...given, fetch }]);
  return [
    [26, onBucket('put', putArguments(key))],
    [2, onBucket('fput', withOptions(putOptions, key, file))],
    [2, onBucket('putRequest', request)],
    [9, onBucket('fcopyTo', withOptions(copyOptions, target, key, key))],
    [8, onBucket('delete', withOptions(deleteOptions, key))],
    [4, onBucket('delete', withOptions(plain, fc.array(key, { maxLength: 4 })))],
    [3, onBucket('setTags', withOptions(plain, key, anyTags))],
    [2, onBucket('removeTags', withOptions(plain, key))],
    [1, onBucket('setVersioning', fc.constant(['off']))],
  ];
}
