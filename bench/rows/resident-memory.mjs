// Puts of unknown length in separate processes, to measure the memory of the whole process: one of 5 GiB, and 1,000 of 1 MiB in parallel.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** One put of 5 GiB. */
export const largePut = { count: 1, size: 5 * 2 ** 30 };
/** 1,000 parallel puts of 1 MiB. */
export const parallelPuts = { count: 1000, size: 2 ** 20 };

/**
 * Returns the maximum resident memory in MiB, and the time in seconds.
 * @param address the address of the server
 * @param puts `{ count, size }`: the number of parallel puts, and the bytes of each
 */
export function measureResidentMemory(address, bucket, puts) {
  const input = JSON.stringify({ address, bucket, puts });
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], { encoding: 'utf8', input });
  if (status !== 0) throw new Error(`${puts.count} puts of ${puts.size} bytes failed: ${stderr}`);
  return JSON.parse(stdout);
}

async function main() {
  const { json } = await import('node:stream/consumers');
  const { address, bucket: bucketName, puts } = await json(process.stdin);
  const { MinioDatastore } = await import('@anybucket/backend-minio');
  const datastore = new MinioDatastore(address);
  const chunk = Buffer.alloc(2 ** 18, 'anybucket');
  async function* chunks() {
    for (let sent = 0; sent < puts.size; sent += chunk.length) yield chunk;
  }
  const start = performance.now();
  const bucket = datastore.bucket(bucketName);
  const keys = Array.from({ length: puts.count }, (_, index) => `resident/${index}`);
  await Promise.all(keys.map((key) => bucket.put(key, chunks())));
  const seconds = (performance.now() - start) / 1000;
  await bucket.delete(keys);
  await datastore.close();
  console.log(JSON.stringify({ seconds, mebibytes: process.resourceUsage().maxRSS / 1024 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
