import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@anybucket/core';

const urls = { MEMORY: 'memory:', FS: `fs:${mkdtempSync(join(tmpdir(), 'anybucket-try-'))}`, MINIO: 'minio://key:secret@127.0.0.1:9' };

async function attempt(name) {
  try {
    const store = await connect(name, { env: { [`ANYBUCKET_${name.toUpperCase()}`]: urls[name.toUpperCase()] } });
    await store.createBucket('photos');
    await store.bucket('photos').put('cat.txt', 'meow');
    return await (await store.bucket('photos').get('cat.txt')).text();
  } catch (error) {
    return error.code === 'ConnectionFailed' ? error.code : `${error.message}: ${error.cause?.stack ?? error.cause}`;
  }
}

export default eventHandler(async () => {
  return { memory: await attempt('memory'), fs: await attempt('fs'), minio: await attempt('minio') };
});
