import { expect, test } from 'vitest';
import { inChunks, pattern, storeWithBucket } from './support.js';

const size = 700_000;
const original = pattern(size);

test.for(['as bytes', 'as a stream'])('a reader keeps a body that was put %s when the object changes', async (form) => {
  const { store, photos } = storeWithBucket();
  const body = () => (form === 'as a stream' ? inChunks(original) : original);
  const changes: Record<string, () => Promise<unknown>> = {
    overwrite: () => photos.put('k', 'new'),
    'overwrite with a stream': () => photos.put('k', inChunks(Buffer.alloc(size))),
    'overwrite with a copy': () => photos.fcopyTo('photos', 'k', 'other'),
    delete: () => photos.delete('k'),
    'removal of the bucket': async () => {
      await photos.delete(['k', 'other']);
      await store.removeBucket('photos');
    },
  };
  await photos.put('other', Buffer.alloc(size, 1));
  for (const [name, change] of Object.entries(changes)) {
    await photos.put('k', body());
    const started = await photos.get('k');
    const unread = await photos.get('k');
    const chunks = started.stream(50_000);
    const first = await chunks.next();
    await change();
    const read = [Buffer.from(first.value ?? [])];
    for await (const chunk of chunks) read.push(Buffer.from(chunk));
    expect([name, original.equals(Buffer.concat(read))]).toEqual([name, true]);
    expect([name, original.equals(Buffer.from(await unread.bytes()))]).toEqual([name, true]);
  }
});
