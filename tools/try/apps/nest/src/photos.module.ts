import { Module } from '@nestjs/common';
import { connect } from '@anybucket/core';
import { PhotosService, STORE } from './photos.service';

@Module({
  providers: [PhotosService, { provide: STORE, useFactory: () => connect('photos_store', { env: { ANYBUCKET_PHOTOS_STORE: 'memory:' } }) }],
  exports: [PhotosService],
})
export class PhotosModule {}
