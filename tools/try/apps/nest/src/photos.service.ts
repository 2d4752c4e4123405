import { Inject, Injectable } from '@nestjs/common';
import type { Datastore } from '@anybucket/core';

export const STORE = Symbol('store');

@Injectable()
export class PhotosService {
  constructor(@Inject(STORE) private readonly store: Datastore) {}

  async save(name: string, body: string): Promise<string[]> {
    await this.store.createBucket('photos');
    const photos = this.store.bucket('photos');
    await photos.put(name, body);
    return photos.listFilename();
  }
}
