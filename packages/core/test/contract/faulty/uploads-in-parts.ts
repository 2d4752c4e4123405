import { StorageError } from '@anybucket/core/backend';
import type { CopyPartCall, CopySource, DriverWrapper, PutBody, UploadDriver, UploadedPart } from '@anybucket/core/backend';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultyDriver } from './override.js';
import { bodyOf, faultsOf, overrideBucket, overrideDatastore, overrideUploads, readBody } from './override.js';

const allParts = { after: 0, maxParts: 1000 };

/** Changes the arguments of `copyPart`. */
const mapCopyPart = (change: (source: CopySource, call: CopyPartCall, bucket: string) => [CopySource, CopyPartCall]): DriverWrapper =>
  overrideUploads((inner) => ({
    copyPart: (bucket, key, id, partNumber, source, call) => inner.copyPart(bucket, key, id, partNumber, ...change(source, call, bucket)),
  }));

/** Changes the parts in results. */
const mapParts = (change: (part: UploadedPart) => UploadedPart): DriverWrapper =>
  overrideUploads((inner) => ({
    putPart: async (...args) => change(await inner.putPart(...args)),
    copyPart: async (...args) => change(await inner.copyPart(...args)),
    async listParts(...args) {
      const { parts, truncated } = await inner.listParts(...args);
      return { parts: parts.map(change), truncated };
    },
  }));

/** Replaces an error of `completeUpload` by a result. */
const completeDespite = (code: string): DriverWrapper =>
  overrideUploads((inner) => ({
    completeUpload: (...args) =>
      inner.completeUpload(...args).catch((error: unknown) => {
        if (error instanceof StorageError && error.code === code) return { etag: 'none' };
        throw error;
      }),
  }));

/** Handles the end of a failed body as its regular end. */
async function bytesUntilFailure(body: PutBody): Promise<PutBody> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body) chunks.push(Buffer.from(chunk));
  } catch {
    // The fault.
  }
  return bodyOf(Buffer.concat(chunks));
}

/** Returns a result instead of `NoSuchUpload`. */
const ignoreMissing = async <T>(call: Promise<T>, result: T): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    if (error instanceof StorageError && error.code === 'NoSuchUpload') return result;
    throw error;
  }
};

const noPart: UploadedPart = { partNumber: 1, etag: 'none', size: 0, lastModified: new Date(0) };

/** Changes the calls of `createUpload`. */
const mapCreate = (
  change: (call: Parameters<UploadDriver['createUpload']>[2]) => Parameters<UploadDriver['createUpload']>[2],
): DriverWrapper => overrideUploads((inner) => ({ createUpload: (bucket, key, call) => inner.createUpload(bucket, key, change(call)) }));

/** Uploads in parts. */
export const faultyUploadsInParts: readonly FaultyDriver[] = [
  ...faultsOf(
    'completeUpload joins the parts in descending order',
    overrideUploads((inner) => ({
      completeUpload: (bucket, key, id, parts, call) => inner.completeUpload(bucket, key, id, parts.toReversed(), call),
    })),
    'uploads/two-parts',
    'uploads/parts-in-any-order',
    'uploads/parallel-parts',
    'uploads/range-across-parts',
    'uploads/copy-part/large-range',
    'uploads/copy-of-object',
  ),
  ...faultsOf(
    'completeUpload joins all stored parts',
    overrideUploads((inner) => ({
      async completeUpload(bucket, key, id, _parts, call) {
        const { parts } = await inner.listParts(bucket, key, id, allParts);
        return inner.completeUpload(bucket, key, id, parts, call);
      },
    })),
    'uploads/selected-parts',
    'uploads/complete/unknown-part',
    'uploads/complete/other-etag',
  ),
  ...faultsOf(
    'completeUpload returns an ETag without the number of parts',
    overrideUploads((inner) => ({
      async completeUpload(...args) {
        const result = await inner.completeUpload(...args);
        return { ...result, etag: result.etag.replace(/-\d+$/, '') };
      },
    })),
    'uploads/one-part',
    'uploads/empty-part',
  ),
  ...faultsOf(
    'completeUpload stores no object',
    overrideUploads((inner) => ({
      async completeUpload(bucket, key, id, parts, call) {
        await inner.listParts(bucket, key, id, allParts);
        await inner.abortUpload(bucket, key, id, call);
        return { etag: parts[0]?.etag ?? '' };
      },
    })),
    'uploads/complete/no-parts',
    'uploads/complete/same-part-twice',
    'uploads/complete/descending',
    'uploads/complete/without-stored-parts',
    'uploads/complete/quoted-etag',
    'uploads/invisible-until-complete',
    'uploads/copy-part/whole-range',
    'uploads/largest-part-number',
  ),
  ...faultsOf(
    'putPart keeps a part with the same number',
    overrideUploads((inner) => ({
      async putPart(bucket, key, id, partNumber, body, call) {
        const { parts } = await inner.listParts(bucket, key, id, allParts);
        const stored = parts.find((part) => part.partNumber === partNumber);
        return stored ?? inner.putPart(bucket, key, id, partNumber, body, call);
      },
    })),
    'uploads/replaced-part',
  ),
  ...faultsOf(
    'parts have a time with milliseconds',
    mapParts((part) => ({ ...part, lastModified: new Date(part.lastModified.getTime() + 1) })),
    'uploads/part-result',
    'uploads/list-parts',
  ),
  ...faultsOf(
    'parts have the size -1',
    mapParts((part) => ({ ...part, size: -1 })),
    'uploads/part-from-stream',
    'uploads/copy-part/range',
    'uploads/copy-part/whole',
  ),
  ...faultsOf(
    'parts have the ETag of an empty part',
    mapParts((part) => ({ ...part, etag: 'd41d8cd98f00b204e9800998ecf8427e' })),
    'uploads/part-md5',
    'uploads/part-sources',
    'uploads/same-part-concurrently',
    'uploads/resume',
  ),
  ...faultsOf(
    'part numbers above 9999 are refused',
    overrideUploads((inner) => ({
      async putPart(bucket, key, id, partNumber, body, call) {
        if (partNumber > 9999) throw new StorageError({ code: 'InvalidArgument', message: 'the part number is too large' });
        return inner.putPart(bucket, key, id, partNumber, body, call);
      },
    })),
    'uploads/largest-part-number',
  ),
  ...faultsOf(
    'putPart stores the bytes of a failed body',
    overrideUploads((inner) => ({
      putPart: async (bucket, key, id, partNumber, body, call) =>
        inner.putPart(bucket, key, id, partNumber, await bytesUntilFailure(body), { ...call, signal: undefined }),
    })),
    'uploads/part-size-mismatch',
    'uploads/part-source-fails',
    'uploads/cancelled-part',
    'uploads/part-md5',
  ),
  ...faultsOf(
    'putPart does not read its body',
    overrideUploads((inner) => ({
      putPart: (bucket, key, id, partNumber, _body, call) => inner.putPart(bucket, key, id, partNumber, bodyOf(new Uint8Array(0)), call),
    })),
    'uploads/progress',
    'uploads/part-from-stream',
  ),
  ...faultsOf(
    'a part is visible as an object',
    overrideUploads((inner, driver) => ({
      async putPart(bucket, key, id, partNumber, body, call) {
        const bytes = await readBody(body);
        const put = { attributes: { contentType: 'a/b', metadata: {} }, tags: {}, partSize: 1e7, concurrency: 1 };
        await driver.bucket(bucket).putObject(key, bodyOf(bytes), put);
        return inner.putPart(bucket, key, id, partNumber, bodyOf(bytes), call);
      },
    })),
    'uploads/invisible-until-complete',
    'uploads/old-object-until-complete',
    'uploads/abort',
  ),
  ...faultsOf(
    'createUpload drops the attributes',
    mapCreate((call) => ({ ...call, attributes: { contentType: 'binary/octet-stream', metadata: {} } })),
    'uploads/attributes',
    'uploads/old-object-until-complete',
    'uploads/resume',
    'uploads/copy-part/whole',
  ),
  ...faultsOf(
    'createUpload derives a content type',
    mapCreate((call) => ({ ...call, attributes: { ...call.attributes, contentType: 'text/plain' } })),
    'uploads/default-attributes',
    'uploads/of-the-same-key',
  ),
  ...faultsOf(
    'createUpload drops the tags',
    mapCreate((call) => ({ ...call, tags: {} })),
    'uploads/tags',
  ),
  ...faultsOf(
    'createUpload returns the open upload of the key',
    (driver) => {
      const ids = new Map<string, string>();
      return overrideUploads((inner) => ({
        async createUpload(bucket, key, call) {
          const id = ids.get(`${bucket}/${key}`) ?? (await inner.createUpload(bucket, key, call));
          ids.set(`${bucket}/${key}`, id);
          return id;
        },
      }))(driver);
    },
    'uploads/of-the-same-key',
  ),
  ...faultsOf(
    'calls with an unknown upload succeed',
    overrideUploads((inner) => ({
      putPart: (...args) => ignoreMissing(inner.putPart(...args), noPart),
      copyPart: (...args) => ignoreMissing(inner.copyPart(...args), noPart),
      listParts: (...args) => ignoreMissing(inner.listParts(...args), { parts: [], truncated: false }),
      completeUpload: (...args) => ignoreMissing(inner.completeUpload(...args), { etag: 'none' }),
    })),
    'uploads/unknown/put-part',
    'uploads/unknown/put-part-stream',
    'uploads/unknown/copy-part',
    'uploads/unknown/list-parts',
    'uploads/unknown/complete',
    'uploads/id-of-another-key',
    'uploads/malformed-id',
    'uploads/abort',
    'uploads/complete/twice',
    'uploads/complete/concurrently',
    'uploads/complete/and-abort',
  ),
  ...faultsOf(
    'abortUpload fails for an unknown upload',
    overrideUploads((inner) => ({
      async abortUpload(bucket, key, id, call) {
        await inner.listParts(bucket, key, id, allParts);
        await inner.abortUpload(bucket, key, id, call);
      },
    })),
    'uploads/abort-ended',
    'uploads/id-of-another-key',
  ),
  ...faultsOf(
    'a failed completion ends the upload',
    overrideUploads((inner) => ({
      async completeUpload(bucket, key, id, parts, call) {
        try {
          return await inner.completeUpload(bucket, key, id, parts, call);
        } catch (error) {
          await inner.abortUpload(bucket, key, id, {});
          throw error;
        }
      },
    })),
    'uploads/complete/unknown-part',
    'uploads/complete/other-etag',
    'uploads/complete/part-too-small',
    'uploads/condition/create',
    'uploads/condition/replace',
    'uploads/condition/missing-object',
  ),
  ...faultsOf(
    'ETags of parts are case-insensitive',
    overrideUploads((inner) => ({
      completeUpload: (bucket, key, id, parts, call) =>
        inner.completeUpload(
          bucket,
          key,
          id,
          parts.map((part) => ({ ...part, etag: part.etag.toLowerCase() })),
          call,
        ),
    })),
    'uploads/complete/upper-case-etag',
  ),
  ...faultsOf('small parts are accepted', completeDespite('EntityTooSmall'), 'uploads/complete/part-too-small'),
  ...faultsOf('unknown parts are ignored', completeDespite('InvalidPart'), 'uploads/complete/unknown-part-before-size'),
  ...faultsOf(
    'listUploads lists completed uploads',
    (driver) => {
      const created: { bucket: string; key: string; id: string }[] = [];
      return overrideUploads((inner) => ({
        async createUpload(bucket, key, call) {
          const id = await inner.createUpload(bucket, key, call);
          created.push({ bucket, key, id });
          return id;
        },
        listUploads: async () => ({
          uploads: created.map(({ key, id }) => ({ key, id, initiated: new Date(0) })),
          truncated: false,
        }),
      }))(driver);
    },
    'uploads/list',
    'uploads/list-prefix',
    'uploads/list-pages',
    'uploads/list-is-per-bucket',
    'uploads/abort',
  ),
  ...faultsOf(
    'listUploads lists an upload that does not exist',
    overrideUploads(() => ({
      listUploads: async () => ({ uploads: [{ key: 'k', id: 'none', initiated: new Date(0) }], truncated: false }),
    })),
    'uploads/invalid-attributes',
    'uploads/invalid-keys',
  ),
  ...faultsOf(
    'listParts lists a part that does not exist',
    overrideUploads((inner) => ({
      async listParts(...args) {
        const { parts } = await inner.listParts(...args);
        return { parts: [...parts, { ...noPart, partNumber: 9999 }], truncated: false };
      },
    })),
    'uploads/part-number-out-of-range',
    'uploads/list-parts',
    'uploads/copy-part/range-outside',
    'uploads/copy-part/missing-source',
  ),
  ...faultsOf(
    'listParts ignores the position',
    overrideUploads((inner) => ({
      listParts: (bucket, key, id, call) => inner.listParts(bucket, key, id, { ...call, after: 0 }),
    })),
    'uploads/list-parts-pages',
  ),
  ...faultsOf(
    'a bucket with open uploads cannot be removed',
    overrideDatastore((driver) => ({
      async removeBucket(name, call) {
        const page = await driver.uploads?.listUploads(name, { prefix: '', maxUploads: 1 });
        if ((page?.uploads.length ?? 0) > 0) throw new StorageError({ code: 'BucketNotEmpty', message: 'the bucket has uploads' });
        return driver.removeBucket(name, call);
      },
    })),
    'uploads/remove-bucket',
  ),
  ...faultsOf(
    'completeUpload removes the object above the key',
    overrideUploads((inner, driver) => ({
      async completeUpload(bucket, key, id, parts, call) {
        if (key.includes('/')) await driver.bucket(bucket).deleteObject(key.slice(0, key.lastIndexOf('/')), {});
        return inner.completeUpload(bucket, key, id, parts, call);
      },
    })),
    'uploads/nested-keys',
  ),
  ...faultsOf(
    'completeUpload ignores conditions',
    overrideUploads((inner) => ({
      completeUpload: (bucket, key, id, parts, call) => inner.completeUpload(bucket, key, id, parts, { ...call, conditions: undefined }),
    })),
    'uploads/condition/create',
    'uploads/condition/replace',
    'uploads/condition/missing-object',
  ),
  ...faultsOf(
    'completeUpload looks up the upload before the conditions',
    overrideUploads((inner) => ({
      async completeUpload(bucket, key, id, parts, call) {
        await inner.listParts(bucket, key, id, allParts);
        return inner.completeUpload(bucket, key, id, parts, call);
      },
    })),
    'uploads/condition/before-unknown-upload',
  ),
  ...faultsOf(
    'copyPart ignores the range',
    mapCopyPart((source, call) => [source, { ...call, range: undefined }]),
    'uploads/copy-part/range',
    'uploads/copy-part/open-range',
    'uploads/copy-part/suffix',
    'uploads/copy-part/large-range',
    'uploads/copy-part/range-outside',
  ),
  ...faultsOf(
    'copyPart reads one byte more than the range',
    mapCopyPart((source, call) => {
      const { range } = call;
      return [
        source,
        range !== undefined && 'start' in range && range.end !== undefined ? { range: { ...range, end: range.end + 1 } } : call,
      ];
    }),
    'uploads/copy-part/range',
    'uploads/copy-part/whole-range',
  ),
  ...faultsOf(
    'copyPart refuses an empty source',
    overrideUploads((inner, driver) => ({
      async copyPart(bucket, key, id, partNumber, source, call) {
        const { size } = await driver.bucket(source.bucket).headObject(source.key, {});
        if (size === 0) throw new StorageError({ code: 'InvalidRange', message: 'the source is empty' });
        return inner.copyPart(bucket, key, id, partNumber, source, call);
      },
    })),
    'uploads/copy-part/empty-source',
  ),
  ...faultsOf(
    'copyPart reads the source from the bucket of the upload',
    mapCopyPart((source, call, bucket) => [{ ...source, bucket }, call]),
    'uploads/copy-part/other-bucket',
    'uploads/copy-part/missing-source',
  ),
  ...faultsOf(
    'copyPart ignores conditions on the source',
    mapCopyPart((source, call) => [{ ...source, conditions: undefined }, call]),
    'uploads/copy-part/conditions',
  ),
  ...faultsOf(
    'copyPart ignores the version of the source',
    mapCopyPart((source, call) => [{ ...source, versionId: undefined }, call]),
    'uploads/copy-part/version',
  ),
  ...faultsOf(
    'the source of a part is read when the upload is completed',
    (driver) => {
      const copies: Parameters<UploadDriver['copyPart']>[] = [];
      return overrideUploads((inner) => ({
        async copyPart(...args) {
          copies.push(args);
          return inner.copyPart(...args);
        },
        async completeUpload(...args) {
          for (const copy of copies) await inner.copyPart(...copy);
          return inner.completeUpload(...args);
        },
      }))(driver);
    },
    'uploads/copy-part/independent-of-source',
  ),
  ...faultsOf(
    'getObject ignores the part number',
    overrideBucket((inner) => ({ getObject: (key, call) => inner.getObject(key, { ...call, partNumber: undefined }) })),
    'uploads/part-number',
    'uploads/part-number-of-plain-object',
    'uploads/part-number-of-large-put',
  ),
  ...faultsOf(
    'a copy keeps the ETag of its parts',
    overrideBucket((inner, _name, driver) => ({
      async copyObject(key, source, call) {
        const { etag } = await driver.bucket(source.bucket).headObject(source.key, {});
        return { ...(await inner.copyObject(key, source, call)), etag };
      },
    })),
    'uploads/copy-of-object',
  ),
  ...faultsOf(
    'completeUpload returns no version id',
    overrideUploads((inner) => ({
      async completeUpload(...args) {
        const { versionId: _versionId, ...result } = await inner.completeUpload(...args);
        return result;
      },
    })),
    'uploads/version',
    'uploads/version-decided-at-creation',
  ),
  ...faultsOf(
    'concurrent parts share a buffer',
    (driver) => {
      let shared: Buffer[] = [];
      return overrideUploads((inner) => ({
        async putPart(bucket, key, id, partNumber, body, call) {
          shared = [];
          for await (const chunk of body) {
            await delay(0);
            shared.push(Buffer.from(chunk));
          }
          return inner.putPart(bucket, key, id, partNumber, bodyOf(Buffer.concat(shared)), call);
        },
      }))(driver);
    },
    'uploads/same-part-concurrently',
    'uploads/parallel-parts',
  ),
  ...faultsOf(
    'createUpload drops the algorithm of checksums',
    mapCreate((call) => ({ ...call, checksum: undefined })),
    'uploads/checksum/composite',
    'uploads/checksum/of-the-body',
    'uploads/checksum/missing',
  ),
  ...faultsOf(
    'parts have no checksums in listings',
    overrideUploads((inner) => ({
      async listParts(...args) {
        const { parts, truncated } = await inner.listParts(...args);
        return { parts: parts.map(({ checksum: _checksum, ...part }) => part), truncated };
      },
    })),
    'uploads/checksum/listed',
  ),
  ...faultsOf(
    'the checksum of a body is not verified',
    overrideUploads((inner) => ({
      putPart: async (bucket, key, id, partNumber, body, call) => {
        const bytes = await bytesUntilFailure(body);
        return inner.putPart(bucket, key, id, partNumber, { ...bytes, checksum: () => body.checksum?.() }, call);
      },
    })),
    'uploads/checksum/mismatch',
  ),
  ...faultsOf(
    'objects have the checksum of a part',
    overrideUploads((inner) => ({
      async completeUpload(bucket, key, id, parts, call) {
        const stored = await inner.listParts(bucket, key, id, allParts);
        const result = await inner.completeUpload(bucket, key, id, parts, call);
        const checksum = stored.parts[0]?.checksum;
        return checksum === undefined ? result : { ...result, checksum };
      },
    })),
    'uploads/checksum/of-a-part-only',
    'uploads/checksum/composite',
  ),
];
