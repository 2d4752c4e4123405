import { Module } from '@nestjs/common';
import { PhotosModule } from './photos.module.js';
import { StorageModule } from './storage.module.js';

@Module({ imports: [StorageModule.forRoot('data_store'), PhotosModule] })
export class AppModule {}
