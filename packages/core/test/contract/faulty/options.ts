import { isStorageError } from '@anybucket/core';
import type { DriverWrapper, GetCall } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { bodyOf, mapInfo, overrideBucket, readStored } from './override.js';

/** Changes what `getObject` reports about an object, but not `headObject`. */
const mapGetInfo = (change: (info: { etag: string; lastModified: Date }) => Partial<{ etag: string; lastModified: Date }>): DriverWrapper =>
  overrideBucket((inner) => ({
    async getObject(key, call) {
      const object = await inner.getObject(key, call);
      return { ...object, info: { ...object.info, ...change(object.info) } };
    },
  }));

const mapGetCall = (change: (call: GetCall) => GetCall): DriverWrapper =>
  overrideBucket((inner) => ({ getObject: (key, call) => inner.getObject(key, change(call)) }));

/** Stores the first chunks of a body that fails. */
const storesTruncated: DriverWrapper = overrideBucket((inner) => ({
  async putObject(key, body, call) {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of body) chunks.push(Buffer.from(chunk));
    } catch (error) {
      if (!isStorageError(error, 'EntityTooLarge') && !isStorageError(error, 'IncompleteBody')) throw error;
    }
    return inner.putObject(key, bodyOf(Buffer.concat(chunks)), call);
  },
}));

/** Stores the bytes of a body before it fails, then fails. */
const leavesTruncated: DriverWrapper = overrideBucket((inner) => ({
  async putObject(key, body, call) {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of body) chunks.push(Buffer.from(chunk));
    } catch (error) {
      await inner.putObject(key, bodyOf(Buffer.concat(chunks)), call);
      throw error;
    }
    return inner.putObject(key, bodyOf(Buffer.concat(chunks)), call);
  },
}));

const mapContentType = (change: (contentType: string, key: string) => string): DriverWrapper =>
  overrideBucket((inner) => ({
    putObject: (key, body, call) =>
      inner.putObject(key, body, { ...call, attributes: { ...call.attributes, contentType: change(call.attributes.contentType, key) } }),
  }));

/** Drops the metadata of puts and copies. */
const dropsMetadata: DriverWrapper = overrideBucket((inner) => ({
  putObject: (key, body, call) => inner.putObject(key, body, { ...call, attributes: { ...call.attributes, metadata: {} } }),
}));

/** Limits of puts, range headers, validators and file times. */
export const faultyOptions: readonly FaultyDriver[] = [
  {
    name: 'a stream that is too large is stored in part, without an error',
    wrap: storesTruncated,
    detectedBy: 'put-limits/max-size/stream-of-unknown-size',
  },
  {
    name: 'a stream of Node that is too large is stored in part, without an error',
    wrap: storesTruncated,
    detectedBy: 'put-limits/max-size/node-stream',
  },
  { name: 'a stream that is too large leaves an object', wrap: leavesTruncated, detectedBy: 'put-limits/max-size/second-part' },
  { name: 'the first part of a stream that is too large is stored', wrap: leavesTruncated, detectedBy: 'put-limits/max-size/whole-part' },
  { name: 'a first chunk that is too large leaves an empty object', wrap: leavesTruncated, detectedBy: 'put-limits/max-size/first-chunk' },
  { name: 'a stream that is too short is stored', wrap: storesTruncated, detectedBy: 'put-limits/size/stream-too-short' },
  { name: 'a stream that is too long is stored in part', wrap: storesTruncated, detectedBy: 'put-limits/size/stream-too-long' },
  { name: 'bytes that are too short are stored', wrap: storesTruncated, detectedBy: 'put-limits/size/bytes-too-short' },
  { name: 'bytes that are too long leave an empty object', wrap: leavesTruncated, detectedBy: 'put-limits/size/bytes-too-long' },
  { name: 'a file of another size is stored', wrap: storesTruncated, detectedBy: 'put-limits/size/fput' },
  { name: 'a response that is too large is stored in part', wrap: storesTruncated, detectedBy: 'put-limits/max-size/put-request' },
  {
    name: 'a body of exactly the maximum size loses its last byte',
    wrap: overrideBucket((inner) => ({
      putObject: async (key, body, call) =>
        body.bytes === undefined || body.bytes.length === 0
          ? inner.putObject(key, body, call)
          : inner.putObject(key, bodyOf(body.bytes.subarray(0, -1)), call),
    })),
    detectedBy: 'put-limits/max-size/exact',
  },
  {
    name: 'text is stored as binary',
    wrap: mapContentType((type) => type.replace(/^text\/.*/, 'binary/octet-stream')),
    detectedBy: 'put-limits/content-type-auto/text',
  },
  {
    name: 'images are stored as binary',
    wrap: mapContentType((type) => type.replace(/^image\/.*/, 'binary/octet-stream')),
    detectedBy: 'put-limits/content-type-auto/image',
  },
  {
    name: 'an unknown extension is application/octet-stream',
    wrap: mapContentType((type) => (type === 'binary/octet-stream' ? 'application/octet-stream' : type)),
    detectedBy: 'put-limits/content-type-auto/unknown-extension',
  },
  {
    name: 'the type is derived from the folder',
    wrap: mapContentType((type, key) => (/\.txt\/./.test(key) ? 'text/plain' : type)),
    detectedBy: 'put-limits/content-type-auto/no-extension',
  },
  {
    name: 'css is stored as html',
    wrap: mapContentType((type) => type.replace('text/css', 'text/html')),
    detectedBy: 'put-limits/content-type-auto/before-that-of-the-data',
  },
  ...(
    [
      ['range-headers/first-byte', 'start'],
      ['range-headers/middle', 'start'],
      ['range-headers/last-byte', 'none'],
      ['range-headers/open', 'none'],
      ['range-headers/suffix', 'none'],
      ['range-headers/end-clamped', 'none'],
      ['range-headers/large-body', 'start'],
      ['range-headers/fget', 'none'],
    ] as const
  ).map(([detectedBy, change]) => ({
    name: `a driver ${change === 'none' ? 'ignores the range' : 'reads one byte too many'} (${detectedBy})`,
    wrap: mapGetCall((call) => {
      const { range } = call;
      if (range === undefined) return call;
      if (change === 'none') return { ...call, range: undefined };
      return { ...call, range: 'suffix' in range ? range : { start: range.start, end: (range.end ?? 13) + 1 } };
    }),
    detectedBy,
  })),
  {
    name: 'a range past the end returns the whole body',
    wrap: overrideBucket((inner) => ({
      getObject: (key, call) =>
        inner.getObject(key, call).catch((error: unknown) => {
          if (!isStorageError(error, 'InvalidRange')) throw error;
          return inner.getObject(key, { ...call, range: undefined });
        }),
    })),
    detectedBy: 'range-headers/past-end',
  },
  {
    name: 'getObject reports quoted ETags',
    wrap: mapGetInfo(({ etag }) => ({ etag: `"${etag}"` })),
    detectedBy: 'if-range/etag',
  },
  {
    name: 'all ETags are reported in upper case',
    wrap: mapInfo((info) => ({ ...info, etag: info.etag.toUpperCase() })),
    detectedBy: 'etag-lists/first',
  },
  {
    name: 'getObject reports ETags in upper case',
    wrap: mapGetInfo(({ etag }) => ({ etag: etag.toUpperCase() })),
    detectedBy: 'if-range/etag-in-upper-case',
  },
  {
    name: 'getObject reports no time',
    wrap: mapGetInfo(() => ({ lastModified: new Date(0) })),
    detectedBy: 'if-range/time',
  },
  {
    name: 'getObject reports a time with milliseconds',
    wrap: mapGetInfo(({ lastModified }) => ({ lastModified: new Date(lastModified.getTime() + 1) })),
    detectedBy: 'if-range/http-date',
  },
  {
    name: 'getObject reports a time one second late',
    wrap: mapGetInfo(({ lastModified }) => ({ lastModified: new Date(lastModified.getTime() + 1000) })),
    detectedBy: 'if-range/later-time',
  },
  {
    name: 'getObject reports a time one second early',
    wrap: mapGetInfo(({ lastModified }) => ({ lastModified: new Date(lastModified.getTime() - 1000) })),
    detectedBy: 'if-range/earlier-time',
  },
  {
    name: 'getObject reports no ETag',
    wrap: mapGetInfo(() => ({ etag: '' })),
    detectedBy: 'etag-lists/weak-member',
  },
  {
    name: 'getObject reports the ETag of another object',
    wrap: mapGetInfo(() => ({ etag: 'd41d8cd98f00b204e9800998ecf8427f' })),
    detectedBy: 'etag-lists/none',
  },
  {
    name: 'headObject reports no ETag',
    wrap: overrideBucket((inner) => ({ headObject: async (key, call) => ({ ...(await inner.headObject(key, call)), etag: '' }) })),
    detectedBy: 'etag-lists/evaluated-before-range',
  },
  {
    name: 'headObject reports another ETag than getObject',
    wrap: overrideBucket((inner) => ({ headObject: async (key, call) => ({ ...(await inner.headObject(key, call)), etag: 'x' }) })),
    detectedBy: 'if-range/range-past-end',
  },
  {
    name: 'the whole body is not returned after a range that does not apply',
    wrap: overrideBucket((inner) => {
      const requested = new Set<string>();
      return {
        async getObject(key, call) {
          if (call.range !== undefined) requested.add(key);
          const object = await inner.getObject(key, call);
          return call.range === undefined && requested.has(key)
            ? { ...object, body: (await readStored(inner, key)).subarray(1, 3) }
            : object;
        },
      };
    }),
    detectedBy: 'if-range/other-etag',
  },
  {
    name: 'conditions are dropped with the range',
    wrap: mapGetCall((call) => (call.range === undefined ? call : { ...call, conditions: undefined })),
    detectedBy: 'if-range/with-condition',
  },
  { name: 'the metadata with the file time is not stored', wrap: dropsMetadata, detectedBy: 'preserve-times/round-trip' },
  { name: 'metadata of files is not stored', wrap: dropsMetadata, detectedBy: 'preserve-times/metadata' },
  { name: 'metadata that is given is not stored', wrap: dropsMetadata, detectedBy: 'preserve-times/given-metadata' },
  {
    name: 'getObject reports the time in milliseconds',
    wrap: mapGetInfo(({ lastModified }) => ({ lastModified: new Date(lastModified.getTime() + 250) })),
    detectedBy: 'preserve-times/without-metadata',
  },
];
