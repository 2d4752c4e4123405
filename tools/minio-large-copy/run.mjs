// Copies an object of more than 5 GiB, the limit of CopyObject: `npm run minio:large-copy`. It needs about 11 GiB in the folder for
// temporary files; `TMPDIR=/dev/shm` keeps them in memory.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { MinioDatastore } from '@anybucket/backend-minio';
import { startMinio } from '@anybucket/minio-server';

const mib = 2 ** 20;
const blocks = 5 * 1024 + 1;
const size = blocks * mib;
const gibibytes = Math.ceil(size / 2 ** 30);

/** Yields blocks that all differ, so that a part in the wrong place is detected. */
function* body(hash) {
  const block = randomBytes(mib);
  for (let index = 0; index < blocks; index++) {
    // A new buffer each time, because previous ones may not have been sent yet.
    const chunk = Buffer.from(block);
    chunk.writeUInt32LE(index);
    hash.update(chunk);
    yield chunk;
  }
}

async function md5Of(object) {
  const hash = createHash('md5');
  for await (const chunk of object) hash.update(chunk);
  return hash.digest('hex');
}

function secondsSince(start) {
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
  console.log(`put ${size} bytes in ${secondsSince(start)}`);

  start = performance.now();
  const { etag } = await bucket.fcopyTo(name, 'copy', 'source');
  console.log(`copied on the server in ${secondsSince(start)}`);
  await bucket.delete('source');

  assert.match(etag, new RegExp(`^[0-9a-f]{32}-${gibibytes}$`), 'one part per GiB');
  const info = await bucket.stat('copy');
  assert.deepEqual([info.size, info.etag, info.contentType, info.metadata], [size, etag, 'text/x-large', { of: 'ü' }]);
  assert.deepEqual(await bucket.tags('copy'), { t: 'a b' });
  assert.equal(await md5Of(await bucket.get('copy')), hash.digest('hex'), 'the MD5 of the copy');
  await bucket.delete('copy');
  await datastore.removeBucket(name);
  console.log('the copy has the same body, content type, metadata and tags');
} finally {
  await datastore.close();
  await server.stop();
}
