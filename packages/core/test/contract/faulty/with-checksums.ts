import type { Checksum } from '@anybucket/core';
import { checksumOf, toChecksum } from '@anybucket/core/backend';
import type { DatastoreDriver } from '@anybucket/core/backend';
import { overrideBucket, overrideDatastore, readStored } from './override.js';

/** Adds checksums to a driver that has none. */
export function withChecksums(driver: DatastoreDriver): DatastoreDriver {
  if (driver.capabilities.checksums) return driver;
  const checksums = new Map<string, Checksum>();
  const store = overrideBucket((inner, bucket) => {
    const path = (key: string): string => `${bucket}/${key}`;
    const withChecksum = <Info extends { readonly key: string }>(info: Info): Info => {
      const checksum = checksums.get(path(info.key));
      return checksum === undefined ? info : { ...info, checksum };
    };
    const replace = (key: string, checksum: Checksum | undefined): { readonly checksum?: Checksum } => {
      checksums.delete(path(key));
      if (checksum === undefined) return {};
      checksums.set(path(key), checksum);
      return { checksum };
    };
    return {
      headObject: async (key, call) => withChecksum(await inner.headObject(key, call)),
      async getObject(key, call) {
        const object = await inner.getObject(key, call);
        return { ...object, info: withChecksum(object.info) };
      },
      async putObject(key, body, call) {
        const result = await inner.putObject(key, body, call);
        const value = body.checksum?.();
        const checksum = call.checksum === undefined || value === undefined ? undefined : toChecksum(call.checksum.algorithm, value);
        return { ...result, ...replace(key, checksum) };
      },
      async copyObject(key, source, call) {
        const algorithm = checksums.get(`${source.bucket}/${source.key}`)?.algorithm;
        const result = await inner.copyObject(key, source, call);
        if (algorithm === undefined) return { ...result, ...replace(key, undefined) };
        return { ...result, ...replace(key, toChecksum(algorithm, await checksumOf(algorithm, await readStored(inner, key)))) };
      },
      async deleteObject(key, call) {
        const outcome = await inner.deleteObject(key, call);
        checksums.delete(path(key));
        return outcome;
      },
    };
  });
  return store(overrideDatastore(({ capabilities }) => ({ capabilities: { ...capabilities, checksums: true } }))(driver));
}
