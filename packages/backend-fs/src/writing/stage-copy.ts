import type { CopySource } from '@anybucket/core/backend';
import { EtagHasher, StorageError, evaluateSourceConditions } from '@anybucket/core/backend';
import { BodyStream } from '../reading/body-stream.js';
import type { BucketFolder } from '../root/bucket-directory.js';
import { openObject } from '../reading/open-object.js';
import type { RecordLine } from '../records/record-line.js';
import { stageStream } from './stage-body.js';
import type { StagedBody } from './stage-body.js';

/**
 * Copies the body of an object into a temp file. Its ETag is the plain MD5 of the whole, whatever the source's is made of.
 * @param target finds the bucket that the copy is for: asked for behind the source and its condition, before the body is copied.
 * @throws `NoSuchKey`, `PreconditionFailed`, about the source.
 */
export async function stageCopy(
  bucket: BucketFolder,
  source: CopySource,
  target: () => Promise<BucketFolder>,
  signal: AbortSignal | undefined,
): Promise<{ readonly bucket: BucketFolder; readonly body: StagedBody; readonly line: RecordLine }> {
  const { root } = bucket;
  const { key } = source;
  const { fd, found, line } = await openObject(bucket, key, signal);
  const stream = new BodyStream(root.calls, fd, 0, found.size);
  try {
    evaluateSourceConditions(source, { etag: line.etag, lastModified: new Date(line.modified * 1000) });
    const to = await target();
    const body = await stageStream(root, stream, new EtagHasher(Infinity), signal);
    if (body.size === found.size) return { bucket: to, body, line };
    root.calls.unlinkSync(body.path);
  } finally {
    stream.cancel();
  }
  throw new StorageError({
    code: 'IncompleteBody',
    bucket: bucket.name,
    key,
    message: 'the file was cut off while it was copied',
    retryable: true,
  });
}
