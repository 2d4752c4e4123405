import type { OperationContext } from './operation.js';

/**
 * Deletes all objects and versions whose key begins with a prefix and fulfils a condition: an extension of MinIO, requested by
 * `x-minio-force-delete`.
 */
export async function deleteTree(context: OperationContext, prefix: string, isIncluded: (key: string) => boolean): Promise<void> {
  if (context.service.datastore.capabilities.versioning) await deleteVersions(context, prefix, isIncluded);
  else await deleteObjects(context, prefix, isIncluded);
}

/** Returns whether a request asks for {@link deleteTree}. */
export function isForced({ request }: OperationContext): boolean {
  return request.headers.get('x-minio-force-delete')?.toLowerCase() === 'true';
}

async function deleteObjects({ bucket, signal }: OperationContext, prefix: string, isIncluded: (key: string) => boolean): Promise<void> {
  let token: string | undefined;
  do {
    const { entries, nextToken } = await bucket.listPage({ prefix, token, metadata: false, signal });
    const keys = entries.map(({ key }) => key).filter(isIncluded);
    if (keys.length > 0) await bucket.delete(keys, { signal });
    token = nextToken;
  } while (token !== undefined);
}

async function deleteVersions({ bucket, signal }: OperationContext, prefix: string, isIncluded: (key: string) => boolean): Promise<void> {
  let after: Awaited<ReturnType<typeof bucket.listVersionsPage>>['next'];
  do {
    const { entries, next } = await bucket.listVersionsPage({ prefix, after, signal });
    const versions = entries.flatMap((entry) => (entry.isPrefix !== true && isIncluded(entry.key) ? [entry] : []));
    const targets = versions.map(({ key, versionId }) => ({ key, versionId }));
    if (targets.length > 0) await bucket.delete(targets, { signal });
    after = next;
  } while (after !== undefined);
}
