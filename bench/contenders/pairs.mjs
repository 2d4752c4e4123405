// Each backend and the contender that the growth measurements compare it with.
import { anybucketFs } from './anybucket-fs.mjs';
import { anybucketMemory } from './anybucket-memory.mjs';
import { anybucketMinio } from './anybucket-minio.mjs';
import { mapMd5 } from './map-md5.mjs';
import { minioJs } from './minio-js.mjs';
import { rawFs } from './raw-fs.mjs';

export const pairs = {
  memory: [anybucketMemory, mapMd5],
  fs: [anybucketFs, rawFs],
  minio: [anybucketMinio, minioJs],
};

const all = Object.values(pairs).flat();

/** Opens a contender by its name, and returns its handle. */
export function openContender(name) {
  return all.find((contender) => contender.name === name).open();
}
