import type { Checksum } from '@anybucket/core';
import type { CopyCall, CopySource } from '@anybucket/core/backend';
import { EtagHasher, StorageError, createChecksumHasher, evaluateSourceConditions, toChecksum } from '@anybucket/core/backend';
import { BodyStream } from '../reading/body-stream.js';
import { openObject } from '../reading/open-object.js';
import { objectSource } from '../reading/versions.js';
import type { RecordLine } from '../records/record-line.js';
import type { BucketDirectory } from '../root/bucket-directory.js';
import { PooledFile } from '../system/pooled-file.js';
import { stageStream } from './stage-body.js';
import type { StagedBody } from './stage-body.js';

/** The copy of a body, with the bucket it is for. */
export interface StagedCopy {
  readonly target: BucketDirectory;
  readonly body: StagedBody;
  /** The line of the source. */
  readonly line: RecordLine;
  /** The checksum of the copy, which is that of the whole body. */
  readonly checksum: Checksum | undefined;
}

/**
 * Copies the body of an object to a temp file. Its ETag is the plain MD5, even if the source's is that of a multipart upload.
 * @param openTarget Opens the target bucket. Called after the source and its conditions have been checked, and before the body is copied.
 * @param call `checksumAlgorithm` is by default that of the source.
 * @throws `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed`, `PreconditionFailed` for the source.
 */
export async function stageCopy(
  bucket: BucketDirectory,
  source: CopySource,
  openTarget: () => Promise<BucketDirectory>,
  { checksumAlgorithm, signal }: Pick<CopyCall, 'checksumAlgorithm' | 'signal'>,
): Promise<StagedCopy> {
  const { root } = bucket;
  const { calls } = root;
  const { key, versionId } = source;
  const { stream, body, line } = await openObject(bucket, key, objectSource(bucket, key, versionId), signal, ({ fd, ...state }) => {
    const file = new PooledFile(calls, fd, () => bucket.open(state.body));
    return { ...state, stream: new BodyStream(calls, file, 0, state.body.size) };
  });
  try {
    evaluateSourceConditions(source, { etag: line.etag, lastModified: new Date(line.modified * 1000) });
    const target = await openTarget();
    const algorithm = checksumAlgorithm ?? line.checksum?.algorithm;
    const isKnown = algorithm === line.checksum?.algorithm && line.checksum?.type !== 'composite';
    const checksumHasher = isKnown || algorithm === undefined ? undefined : await createChecksumHasher(algorithm);
    const etagHasher = new EtagHasher(Infinity);
    const hasher = {
      update(block: Uint8Array): void {
        etagHasher.update(block);
        checksumHasher?.update(block);
      },
      etag: () => etagHasher.etag(),
    };
    const copy = await stageStream(root, stream, hasher, signal);
    const checksum = algorithm && checksumHasher ? toChecksum(algorithm, checksumHasher.digest()) : line.checksum;
    if (copy.size === body.size) return { target, body: copy, line, checksum };
    calls.unlinkSync(copy.path);
  } finally {
    stream.cancel();
  }
  throw new StorageError({
    code: 'IncompleteBody',
    bucket: bucket.name,
    key,
    message: 'the file was truncated while it was copied',
    retryable: true,
  });
}
