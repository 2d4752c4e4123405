// Completing an upload of 1,000 parts of 5 MiB, the smallest that S3 allows.
import { datastores } from './versioned-puts.mjs';

const partCount = 1000;
const part = Buffer.alloc(5 * 2 ** 20, 'anybucket');
const concurrency = 4;

/** Returns the time in milliseconds for each backend. */
export async function measureCompletion() {
  const rows = [];
  for (const [name, open] of Object.entries(datastores)) {
    const datastore = await open();
    await datastore.createBucket('uploads');
    const bucket = datastore.bucket('uploads');
    const upload = await bucket.createUpload('large');
    const numbers = Array.from({ length: partCount }, (_, index) => index + 1).values();
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        for (const number of numbers) await upload.putPart(number, part);
      }),
    );
    const start = performance.now();
    await upload.complete();
    rows.push({ name, milliseconds: performance.now() - start });
    await bucket.delete('large');
    await datastore.close();
  }
  return rows;
}
