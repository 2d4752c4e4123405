import { Test } from '@nestjs/testing';
import { MemoryDatastore } from '@anybucket/backend-memory';
import { PhotosModule } from './photos.module';
import { PhotosService, STORE } from './photos.service';

describe('PhotosService', () => {
  it('stores photos in the configured datastore', async () => {
    const module = await Test.createTestingModule({ imports: [PhotosModule] }).compile();
    expect(await module.get(PhotosService).save('cat.txt', 'meow')).toEqual(['cat.txt']);
  });

  it('stores photos in a fake', async () => {
    const store = new MemoryDatastore();
    const module = await Test.createTestingModule({ imports: [PhotosModule] })
      .overrideProvider(STORE)
      .useValue(store)
      .compile();
    await module.get(PhotosService).save('dog.txt', 'woof');
    expect(store.toJSON()).toEqual({ photos: { 'dog.txt': 'woof' } });
  });
});
