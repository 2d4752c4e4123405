import type { CopyResult } from '@anybucket/core';
import type { S3Server } from '../http/s3-server.js';
import { attributeHeaders, tagHeader } from '../wire/object-headers.js';
import { textOf } from '../wire/xml.js';
import { bounded } from './bounded.js';
import { attributesOf, sourceHeaders } from './copy-plan.js';
import type { CopyPlan } from './copy-plan.js';
import { Multipart } from './multipart.js';
import type { Part } from './multipart.js';
import { headObject } from './read-object.js';
import { getTags } from './tags.js';

/** Bytes a part: with 10,000 of them the largest object there is. */
const partBytes = 2 ** 30;
const atOnce = 4;
/** Milliseconds that the server may take in silence for one part. */
const patience = 100_000;

/** Copies an object of any size on the server, part by part: CreateMultipartUpload, UploadPartCopy, CompleteMultipartUpload. */
export async function copyParts(server: S3Server, plan: CopyPlan, partSize = partBytes): Promise<CopyResult> {
  const { bucket, key, source, call, info } = plan;
  const { native, signal } = call;
  // An upload takes nothing along by itself.
  const tags =
    call.tags ??
    (info.tagCount === undefined ? {} : await getTags(server, source.bucket, source.key, { versionId: source.versionId, signal }));
  const begin = { ...native?.headers, ...attributeHeaders(call.replace ?? attributesOf(info)), ...tagHeader(tags) };
  const upload = await Multipart.begin(server, bucket, key, begin, native?.query, signal);
  try {
    const ranges = Array.from({ length: Math.ceil(info.size / partSize) }, (_, index) => ({ number: index + 1, start: index * partSize }));
    const parts = await bounded(
      ranges,
      async ({ number, start }): Promise<Part> => {
        const end = Math.min(start + partSize, info.size);
        const headers = { ...sourceHeaders(plan), 'x-amz-copy-source-range': `bytes=${start}-${end - 1}` };
        const part = { method: 'PUT', ...upload.part(number), headers, signal, repeatable: true, patience } as const;
        return server.xml(part, (document) => ({ number, etag: textOf(document, 'ETag') ?? '' }));
      },
      atOnce,
    );
    const { etag } = await upload.complete(parts, {}, true, async () => headObject(server, bucket, key, { signal }), signal);
    const { lastModified } = await headObject(server, bucket, key, { signal });
    return { etag, lastModified };
  } catch (error) {
    await upload.abort();
    throw error;
  }
}
