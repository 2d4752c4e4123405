import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore, type MemoryVolume } from '@anybucket/backend-memory';
import { MinioDatastore } from '@anybucket/backend-minio';
import { type Bucket, type Datastore, type ObjectInfo, StorageError, connect, createDatastore, isStorageError } from '@anybucket/core';
import { type DatastoreDriver, PortableDatastore } from '@anybucket/core/backend';
import { DATASTORE, bucketToken, registerDatastores } from '@anybucket/core/container';
import { type ContractCase, contractCases } from '@anybucket/core/contract';

export const memory: Datastore = new MemoryDatastore({ buckets: { photos: { 'cat.txt': 'meow' } } });
export const files: Datastore = new FsDatastore({ root: './data' });
export const minio: Datastore = new MinioDatastore({ endPoint: 'localhost', port: 9000 });
export const volume: MemoryVolume = new MemoryDatastore().volume;
export const text: string = volume.readFileSync('/photos/cat.txt', 'utf8');
export const cases: readonly ContractCase[] = contractCases;
export const tokens = [DATASTORE, bucketToken('store/photos'), registerDatastores];

export function wrap(driver: DatastoreDriver): Datastore {
  return new PortableDatastore(driver, { name: 'wrapped' });
}

export async function main(): Promise<ObjectInfo | undefined> {
  const store: Datastore = await connect('store');
  const photos: Bucket = await connect('store/photos');
  const other = await createDatastore('memory:');
  const object = await photos.get('cat.txt');
  for await (const chunk of object.stream(1024)) console.log(chunk.length, store.name, other.name);
  try {
    return await photos.stat('cat.txt');
  } catch (error) {
    if (isStorageError(error, 'NoSuchKey')) return undefined;
    throw error instanceof StorageError ? error : new Error(String(error));
  }
}
