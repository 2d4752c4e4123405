// A put of 5 GiB of unknown length in a separate process, to measure the memory of the whole process.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const size = 5 * 2 ** 30;

/** Returns the maximum resident memory in MiB, and the time in seconds. @param address the address of the server */
export function measureResidentMemory(address, bucket) {
  const input = JSON.stringify({ address, bucket });
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], { encoding: 'utf8', input });
  if (status !== 0) throw new Error(`the put of 5 GiB failed: ${stderr}`);
  return JSON.parse(stdout);
}

async function main() {
  const { json } = await import('node:stream/consumers');
  const { address, bucket } = await json(process.stdin);
  const { MinioDatastore } = await import('@anybucket/backend-minio');
  const datastore = new MinioDatastore(address);
  const chunk = Buffer.alloc(2 ** 18, 'anybucket');
  async function* chunks() {
    for (let sent = 0; sent < size; sent += chunk.length) yield chunk;
  }
  const start = performance.now();
  await datastore.bucket(bucket).put('five-gibibytes', chunks());
  const seconds = (performance.now() - start) / 1000;
  await datastore.bucket(bucket).delete('five-gibibytes');
  await datastore.close();
  console.log(JSON.stringify({ seconds, mebibytes: process.resourceUsage().maxRSS / 1024 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
