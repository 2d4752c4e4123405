import { randomUUID } from 'node:crypto';
import { StorageError } from '@anybucket/core/backend';
import { getTags } from '../operations/tags.js';
import { readVersionId } from '../s3/object-headers.js';
import type { S3Client } from '../s3/s3-client.js';

/** Where a call needs a capability. */
export interface ProbeTarget {
  readonly bucket: string;
  /** Undefined for a call on the whole bucket. */
  readonly key?: string | undefined;
}

/** Returns whether a server of an unknown make has a capability. May write an object with a random key, which it deletes. */
type Probe = (client: S3Client, target: ProbeTarget) => Promise<boolean>;

/** Statuses of a server that does not know a request or a header. */
const refusals = [400, 405, 501];

const unmetCondition = { 'if-match': '"00000000000000000000000000000000"' };
const wrongChecksum = { 'x-amz-checksum-crc32': 'AAAAAA==' };
const tag = { 'x-amz-tagging': 'anybucket=test' };

/** The tests of the capabilities that a server might ignore silently. */
export const probes = {
  conditionalPut: (client, target) => rejects(client, target, unmetCondition, ['PreconditionFailed', 'NoSuchKey']),
  checksums: (client, target) => rejects(client, target, wrongChecksum, ['BadDigest', 'InvalidDigest', 'InvalidRequest']),
  tags: async (client, target) =>
    withTestObject(client, target, tag, async (object) =>
      isSupported(async () => Object.keys(await getTags(client, object.bucket, object.key, {})).length > 0),
    ),
  versioning: async (client, { bucket }) => {
    const query = { versions: '', 'max-keys': '1' };
    return isSupported(() => client.sendForXml({ method: 'GET', bucket, query, idempotent: true }, 'ListVersionsResult', () => true));
  },
} as const satisfies Record<string, Probe>;

/** Puts an object with a header that no server can comply with. A server that stores it ignores the header. */
async function rejects(
  client: S3Client,
  target: ProbeTarget,
  headers: Readonly<Record<string, string>>,
  codes: readonly string[],
): Promise<boolean> {
  try {
    return await withTestObject(client, target, headers, async () => Promise.resolve(false));
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    if (codes.includes(error.code)) return true;
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Puts an object with a random key in the folder of the target, and deletes it afterwards, also from a bucket with versions. */
async function withTestObject<T>(
  client: S3Client,
  { bucket, key = '' }: ProbeTarget,
  headers: Readonly<Record<string, string>>,
  use: (object: { readonly bucket: string; readonly key: string }) => Promise<T>,
): Promise<T> {
  const object = { bucket, key: `${key.slice(0, key.lastIndexOf('/') + 1)}anybucket-test-${randomUUID()}` };
  const request = { method: 'PUT', ...object, headers, payload: Buffer.from('test'), idempotent: false } as const;
  const { versionId } = readVersionId(await client.sendForHeaders(request));
  try {
    return await use(object);
  } finally {
    await client.sendForHeaders({ method: 'DELETE', ...object, query: { versionId }, idempotent: true });
  }
}

async function isSupported(send: () => Promise<boolean>): Promise<boolean> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof StorageError && (isRefusal(error) || isUnexpectedDocument(error))) return false;
    throw error;
  }
}

function isRefusal({ status }: StorageError): boolean {
  return status !== undefined && refusals.includes(status);
}

/** Returns true for another document than the one that was requested, from a server that ignores the query. */
function isUnexpectedDocument({ code, status, serverCode, retryable }: StorageError): boolean {
  const isSuccess = code === 'InternalError' || (code === 'ConfigError' && status !== undefined && status < 300);
  return isSuccess && serverCode === undefined && !retryable;
}
