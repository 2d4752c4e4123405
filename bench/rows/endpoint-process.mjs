// The process of an S3 server: the time to its first response, its memory when idle, and its memory under parallel uploads.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { RawConnection, signRequest, unsignedPayload } from '../support/raw-s3-client.mjs';
import { processOf, residentMemoryOf } from '../support/server-process.mjs';
import { median } from '../support/measure-row.mjs';
import { ServerHandle } from './endpoint-requests.mjs';

const starts = 5;
const uploads = 64;
const uploadBytes = 100 * 2 ** 20;
const chunk = Buffer.alloc(2 ** 18, 'anybucket');
const mebibyte = 2 ** 20;

/** Returns the median time to the first response in milliseconds, and the resident memory of the idle server in MiB. */
export async function measureStarts({ start }) {
  const times = [];
  let idle = 0;
  for (let round = 0; round < starts; round++) {
    const server = await start();
    times.push(server.startMs);
    await sleep(1000);
    idle = residentMemoryOf(processOf(server.address.port)) / mebibyte;
    await server.stop();
  }
  return { startMs: median(times), idle };
}

/**
 * Uploads 64 objects of 100 MiB at once.
 * @param storesInMemory whether the bodies are part of the memory of the server
 * @returns the peak of the resident memory in MiB. The bytes that were sent up to then are subtracted if they are stored in memory.
 */
export async function measureUploads({ start }, storesInMemory) {
  const server = await start();
  const handle = new ServerHandle(server);
  await handle.createBucket();
  let sent = 0;
  let peak = 0;
  const sample = () => (peak = Math.max(peak, residentMemoryOf(handle.pid) - (storesInMemory ? sent : 0)));
  const watch = setInterval(sample, 10);
  await Promise.all(
    Array.from({ length: uploads }, async (_, index) => {
      const connection = new RawConnection(server.address.port);
      const head = signRequest(server.address, 'PUT', `/bench/upload-${index}`, { length: uploadBytes, hash: unsignedPayload });
      const { status } = await connection.send(head, { chunks: countedChunks() });
      assert.equal(status, 200);
      connection.close();
    }),
  );
  clearInterval(watch);
  sample();
  handle.close();
  await server.stop();
  return peak / mebibyte;

  function* countedChunks() {
    for (let offset = 0; offset < uploadBytes; offset += chunk.length) {
      yield chunk;
      sent += chunk.length;
    }
  }
}
