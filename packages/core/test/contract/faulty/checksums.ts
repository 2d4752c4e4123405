import type { Checksum } from '@anybucket/core';
import { checksumOf, toChecksum } from '@anybucket/core/backend';
import type { DriverWrapper, PutBody, PutCall } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { bodyOf, overrideBucket, readBody, readStored } from './override.js';

/** Changes the checksums in the results of `headObject`, `getObject` and `putObject`. */
function mapChecksum(
  change: (checksum: Checksum, size: number) => Checksum | undefined,
  methods: readonly ('headObject' | 'getObject' | 'putObject')[] = ['headObject', 'getObject', 'putObject'],
): DriverWrapper {
  const map = <Result extends { readonly checksum?: Checksum }>({ checksum, ...rest }: Result, size: number): Result => {
    const changed = checksum === undefined ? undefined : change(checksum, size);
    return (changed === undefined ? rest : { ...rest, checksum: changed }) as Result;
  };
  return overrideBucket((inner) => ({
    async headObject(key, call) {
      const info = await inner.headObject(key, call);
      return methods.includes('headObject') ? map(info, info.size) : info;
    },
    async getObject(key, call) {
      const object = await inner.getObject(key, call);
      return methods.includes('getObject') ? { ...object, info: map(object.info, object.info.size) } : object;
    },
    async putObject(key, body, call) {
      const result = await inner.putObject(key, body, call);
      return methods.includes('putObject') ? map(result, (await inner.headObject(key, {})).size) : result;
    },
  }));
}

/** Stores the bytes of a body that fails at its end, as a driver that does not await the last read. */
const storesFailedBodies = (when: (body: PutBody) => boolean, minimum = 1): DriverWrapper =>
  overrideBucket((inner) => ({
    async putObject(key, body, call) {
      if (!when(body)) return inner.putObject(key, body, call);
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of body) chunks.push(Buffer.from(chunk));
      } catch (error) {
        if (chunks.length < minimum) throw error;
      }
      return inner.putObject(key, bodyOf(Buffer.concat(chunks)), call);
    },
  }));

/** Changes what a put stores as the checksum. */
const mapStored = (change: (value: string, body: Buffer, call: PutCall) => Promise<string> | string): DriverWrapper =>
  overrideBucket((inner) => ({
    async putObject(key, body, call) {
      if (call.checksum === undefined) return inner.putObject(key, body, call);
      const bytes = await readBody(body);
      const value = await change(body.checksum?.() ?? '', bytes, call);
      return inner.putObject(key, { ...bodyOf(bytes), checksum: () => value }, call);
    },
  }));

/** Remembers the first checksum of a key. */
const keepsOldChecksums = (forgetsWhenDeleted: boolean): DriverWrapper =>
  overrideBucket((inner) => {
    const old = new Map<string, Checksum>();
    return {
      async putObject(key, body, call) {
        const result = await inner.putObject(key, body, call);
        if (result.checksum !== undefined) old.set(key, result.checksum);
        return result;
      },
      async deleteObject(key, call) {
        if (forgetsWhenDeleted) old.delete(key);
        return inner.deleteObject(key, call);
      },
      async headObject(key, call) {
        const info = await inner.headObject(key, call);
        const checksum = info.checksum ?? old.get(key);
        return checksum === undefined ? info : { ...info, checksum };
      },
    };
  });

const checksumOnlyOf = (algorithm: string): DriverWrapper =>
  mapChecksum((checksum) => (checksum.algorithm === algorithm ? undefined : checksum));

/** Adds a checksum to copies of objects that have none. */
const addsChecksumToCopies: DriverWrapper = overrideBucket((inner) => ({
  async copyObject(key, source, call) {
    const result = await inner.copyObject(key, source, call);
    return { ...result, checksum: toChecksum('CRC64NVME', await checksumOf('CRC64NVME', await readStored(inner, key))) };
  },
}));

/** Checksums. */
export const faultyChecksums: readonly FaultyDriver[] = [
  { name: 'headObject reports no checksum', wrap: mapChecksum(() => undefined, ['headObject']), detectedBy: 'checksums/put/crc32' },
  { name: 'getObject reports no checksum', wrap: mapChecksum(() => undefined, ['getObject']), detectedBy: 'checksums/put/crc32c' },
  { name: 'putObject returns no checksum', wrap: mapChecksum(() => undefined, ['putObject']), detectedBy: 'checksums/put/sha1' },
  { name: 'a CRC64NVME is not stored', wrap: checksumOnlyOf('CRC64NVME'), detectedBy: 'checksums/put/crc64nvme' },
  { name: 'a SHA256 is not stored', wrap: checksumOnlyOf('SHA256'), detectedBy: 'checksums/put/sha256' },
  { name: 'a CRC32 is not stored', wrap: checksumOnlyOf('CRC32'), detectedBy: 'checksums/put-with-value/crc32' },
  { name: 'a CRC32C is not stored', wrap: checksumOnlyOf('CRC32C'), detectedBy: 'checksums/put-with-value/crc32c' },
  { name: 'a SHA1 is not stored', wrap: checksumOnlyOf('SHA1'), detectedBy: 'checksums/put-with-value/sha1' },
  {
    name: 'the checksum is in hexadecimal',
    wrap: mapChecksum((checksum) => ({ ...checksum, value: Buffer.from(checksum.value, 'base64').toString('hex') })),
    detectedBy: 'checksums/put-with-value/sha256',
  },
  {
    name: 'the bytes of a CRC are in reverse order',
    wrap: mapStored((value) => Buffer.from(value, 'base64').reverse().toString('base64')),
    detectedBy: 'checksums/put-with-value/crc64nvme',
  },
  {
    name: 'the algorithm is in lower case',
    wrap: mapChecksum((checksum) => ({ ...checksum, algorithm: checksum.algorithm.toLowerCase() as 'CRC32' })),
    detectedBy: 'checksums/stream/crc32',
  },
  {
    name: 'every checksum is composite',
    wrap: mapChecksum((checksum) => ({ ...checksum, type: 'composite' })),
    detectedBy: 'checksums/stream/crc32c',
  },
  {
    name: 'the checksum is that of the first 64 KiB',
    wrap: mapStored((_, body, call) => checksumOf(call.checksum?.algorithm ?? 'CRC32', body.subarray(0, 65_536))),
    detectedBy: 'checksums/stream/sha256',
  },
  {
    name: 'the checksum is that of the last 64 KiB',
    wrap: mapStored((_, body, call) => checksumOf(call.checksum?.algorithm ?? 'CRC32', body.subarray(-65_536))),
    detectedBy: 'checksums/stream/sha1',
  },
  {
    name: 'the checksum of a stream is not stored',
    wrap: overrideBucket((inner) => ({
      async putObject(key, body, call) {
        return body.bytes === undefined ? inner.putObject(key, bodyOf(await readBody(body)), call) : inner.putObject(key, body, call);
      },
    })),
    detectedBy: 'checksums/stream/crc64nvme',
  },
  { name: 'a body with another CRC32 is stored', wrap: storesFailedBodies(() => true), detectedBy: 'checksums/mismatch/crc32' },
  { name: 'a body with another CRC32C is stored', wrap: storesFailedBodies(() => true), detectedBy: 'checksums/mismatch/crc32c' },
  { name: 'a body with another CRC64NVME is stored', wrap: storesFailedBodies(() => true), detectedBy: 'checksums/mismatch/crc64nvme' },
  { name: 'a body with another SHA1 is stored', wrap: storesFailedBodies(() => true), detectedBy: 'checksums/mismatch/sha1' },
  { name: 'a body with another SHA256 is stored', wrap: storesFailedBodies(() => true), detectedBy: 'checksums/mismatch/sha256' },
  ...(
    [
      ['CRC32', 'checksums/stream-mismatch/crc32'],
      ['CRC32C', 'checksums/stream-mismatch/crc32c'],
      ['CRC64NVME', 'checksums/stream-mismatch/crc64nvme'],
      ['SHA1', 'checksums/stream-mismatch/sha1'],
      ['SHA256', 'checksums/stream-mismatch/sha256'],
    ] as const
  ).map(([algorithm, detectedBy]) => ({
    name: `a stream with another ${algorithm} is stored`,
    wrap: storesFailedBodies(({ size }) => size === undefined),
    detectedBy,
  })),
  {
    name: 'a CRC32 of a body in parts is marked as composite',
    wrap: mapChecksum((checksum, size) => (size > 5 * 2 ** 20 ? { ...checksum, type: 'composite' } : checksum)),
    detectedBy: 'checksums/parts/crc32',
  },
  {
    name: 'a CRC32C of a body in parts is that of the last part',
    wrap: mapStored((value, body, { partSize }) => (body.length > partSize ? checksumOf('CRC32C', body.subarray(partSize)) : value)),
    detectedBy: 'checksums/parts/crc32c',
  },
  {
    name: 'a body in parts has no checksum',
    wrap: mapChecksum((checksum, size) => (size > 5 * 2 ** 20 ? undefined : checksum)),
    detectedBy: 'checksums/parts/crc64nvme',
  },
  {
    name: 'a SHA1 of a body in parts is that of the whole body',
    wrap: mapStored((_, body) => checksumOf('SHA1', body)),
    detectedBy: 'checksums/parts/sha1',
  },
  {
    name: 'a composite checksum has no suffix',
    wrap: mapChecksum((checksum) => ({ ...checksum, value: checksum.value.replace(/-\d+$/, '') })),
    detectedBy: 'checksums/parts/sha256',
  },
  {
    name: 'a body of exactly one part has a composite checksum',
    wrap: mapChecksum((checksum, size) =>
      size >= 5 * 2 ** 20 ? { ...checksum, value: `${checksum.value}-1`, type: 'composite' } : checksum,
    ),
    detectedBy: 'checksums/one-whole-part',
  },
  {
    name: 'a large body with another checksum is stored',
    wrap: storesFailedBodies(() => true, 2),
    detectedBy: 'checksums/parts-mismatch',
  },
  {
    name: 'an empty body has no checksum',
    wrap: mapChecksum((checksum, size) => (size === 0 ? undefined : checksum)),
    detectedBy: 'checksums/empty-body',
  },
  {
    name: 'every object has a checksum',
    wrap: overrideBucket((inner) => ({
      putObject: async (key, body, call) => {
        const result = await inner.putObject(key, body, call);
        return {
          ...result,
          checksum: result.checksum ?? toChecksum('CRC64NVME', await checksumOf('CRC64NVME', await readStored(inner, key))),
        };
      },
    })),
    detectedBy: 'checksums/none',
  },
  { name: 'an overwrite keeps the old checksum', wrap: keepsOldChecksums(true), detectedBy: 'checksums/overwrite-replaces' },
  { name: 'a delete keeps the checksum', wrap: keepsOldChecksums(false), detectedBy: 'checksums/delete-removes' },
  { name: 'a file with another checksum is stored', wrap: storesFailedBodies(() => true), detectedBy: 'checksums/fput' },
  { name: 'a response with another checksum is stored', wrap: storesFailedBodies(() => true), detectedBy: 'checksums/put-request' },
  {
    name: 'a checksum replaces the MD5',
    wrap: storesFailedBodies(() => true),
    detectedBy: 'checksums/with-md5',
  },
  {
    name: 'a copy has no checksum',
    wrap: overrideBucket((inner) => {
      const copies = new Set<string>();
      return {
        async copyObject(key, source, call) {
          copies.add(key);
          return inner.copyObject(key, source, call);
        },
        async headObject(key, call) {
          const { checksum, ...info } = await inner.headObject(key, call);
          return checksum === undefined || copies.has(key) ? info : { ...info, checksum };
        },
      };
    }),
    detectedBy: 'checksums/copy',
  },
  {
    name: 'a copy does not return its checksum',
    wrap: overrideBucket((inner) => ({
      async copyObject(key, source, call) {
        const { checksum: _checksum, ...result } = await inner.copyObject(key, source, call);
        return result;
      },
    })),
    detectedBy: 'checksums/copy-result',
  },
  {
    name: 'a copy with other metadata has no checksum',
    wrap: overrideBucket((inner) => {
      const copies = new Set<string>();
      return {
        async copyObject(key, source, call) {
          if (call.replace !== undefined) copies.add(key);
          return inner.copyObject(key, source, call);
        },
        async headObject(key, call) {
          const { checksum, ...info } = await inner.headObject(key, call);
          return checksum === undefined || copies.has(key) ? info : { ...info, checksum };
        },
      };
    }),
    detectedBy: 'checksums/copy-with-other-metadata',
  },
  {
    name: 'a copy keeps a composite checksum',
    wrap: overrideBucket((inner) => {
      const copies = new Map<string, Checksum | undefined>();
      return {
        async copyObject(key, source, call) {
          copies.set(key, (await inner.headObject(source.key, {})).checksum);
          return inner.copyObject(key, source, call);
        },
        async headObject(key, call) {
          const info = await inner.headObject(key, call);
          const checksum = copies.get(key);
          return checksum === undefined ? info : { ...info, checksum };
        },
      };
    }),
    detectedBy: 'checksums/copy-of-parts',
  },
  { name: 'a copy gets a checksum that the source has not', wrap: addsChecksumToCopies, detectedBy: 'checksums/copy-without' },
  {
    name: 'checksums of concurrent puts are mixed up',
    wrap: overrideBucket((inner) => {
      let last: (() => string | undefined) | undefined;
      return {
        async putObject(key, body, call) {
          last = () => body.checksum?.();
          const bytes = await readBody(body);
          await Promise.resolve();
          const value = last();
          return inner.putObject(key, { ...bodyOf(bytes), checksum: () => value }, call);
        },
      };
    }),
    detectedBy: 'checksums/many-at-once',
  },
  {
    name: 'aws-chunked stays in the content encoding',
    wrap: overrideBucket((inner) => ({
      putObject: (key, body, call) =>
        inner.putObject(
          key,
          body,
          body.bytes === undefined && call.checksum !== undefined
            ? { ...call, attributes: { ...call.attributes, contentEncoding: 'aws-chunked' } }
            : call,
        ),
    })),
    detectedBy: 'checksums/with-attributes',
  },
];
