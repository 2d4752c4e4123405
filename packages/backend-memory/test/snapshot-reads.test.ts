import { expect, test } from 'vitest';
import { inChunks, pattern, storeWithBucket } from './support.js';

const size = 700_000;
const old = pattern(size);

test.for(['in one piece', 'as a stream'])('a reader keeps a body that was stored %s, whatever becomes of the object', async (form) => {
  const { store, photos } = storeWithBucket();
  const body = () => (form === 'as a stream' ? inChunks(old) : old);
  const changes: Record<string, () => Promise<unknown>> = {
    overwrite: () => photos.put('k', 'new'),
    'overwrite by a stream': () => photos.put('k', inChunks(Buffer.alloc(size))),
    'overwrite by a copy': () => photos.fcopyTo('photos', 'k', 'other'),
    delete: () => photos.delete('k'),
    'delete of the bucket': async () => {
      await photos.delete(['k', 'other']);
      await store.removeBucket('photos');
    },
  };
  await photos.put('other', Buffer.alloc(size, 1));
  for (const [name, change] of Object.entries(changes)) {
    await photos.put('k', body());
    const begun = await photos.get('k');
    const unread = await photos.get('k');
    const chunks = begun.stream(50_000);
    const first = await chunks.next();
    await change();
    const read = [Buffer.from(first.value ?? [])];
    for await (const chunk of chunks) read.push(Buffer.from(chunk));
    expect([name, old.equals(Buffer.concat(read))]).toEqual([name, true]);
    expect([name, old.equals(Buffer.from(await unread.bytes()))]).toEqual([name, true]);
  }
});
