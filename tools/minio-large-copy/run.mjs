// A copy of an object above 5 GiB, which one CopyObject doesn't take: `npm run minio:large-copy`. It needs some 11 GiB in the folder for
// temporary files: `TMPDIR=/dev/shm` keeps them in memory.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { MinioDatastore } from '@anybucket/backend-minio';
import { startMinio } from '@anybucket/minio-server';

const mib = 2 ** 20;
const blocks = 5 * 1024 + 1;
const size = blocks * mib;
const gibibytes = Math.ceil(size / 2 ** 30);

/** Bytes that differ from block to block, so that a part in the wrong place shows. */
function* body(hash) {
  const block = randomBytes(mib);
  for (let index = 0; index < blocks; index++) {
    // A new one each time: what was given away may still wait to be sent.
    const chunk = Buffer.from(block);
    chunk.writeUInt32LE(index);
    hash.update(chunk);
    yield chunk;
  }
}

async function hashOf(object) {
  const hash = createHash('md5');
  for await (const chunk of object) hash.update(chunk);
  return hash.digest('hex');
}

function since(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

const server = await startMinio({ onProgress: (text) => console.error(text) });
const datastore = new MinioDatastore(server.address);
const name = `large-${randomBytes(6).toString('hex')}`;
try {
  await datastore.createBucket(name);
  const bucket = datastore.bucket(name);
  const hash = createHash('md5');
  let start = performance.now();
  await bucket.put('source', body(hash), size, { contentType: 'text/x-large', metadata: { of: 'ü' }, tags: { t: 'a b' } });
  console.log(`put ${size} bytes in ${since(start)}`);

  start = performance.now();
  const { etag } = await bucket.fcopyTo(name, 'copy', 'source');
  console.log(`copied on the server in ${since(start)}`);
  await bucket.delete('source');

  assert.match(etag, new RegExp(`^[0-9a-f]{32}-${gibibytes}$`), 'a part a GiB');
  const info = await bucket.stat('copy');
  assert.deepEqual([info.size, info.etag, info.contentType, info.metadata], [size, etag, 'text/x-large', { of: 'ü' }]);
  assert.deepEqual(await bucket.tags('copy'), { t: 'a b' });
  assert.equal(await hashOf(await bucket.get('copy')), hash.digest('hex'), 'the bytes of the copy');
  await bucket.delete('copy');
  await datastore.removeBucket(name);
  console.log('the copy has the same bytes, type, metadata and tags');
} finally {
  await datastore.close();
  await server.stop();
}
