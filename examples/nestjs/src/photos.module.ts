import { randomUUID } from 'node:crypto';
import { Controller, Get, HttpException, Module, Param, Post, Req, Res } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Bucket } from '@anybucket/core';
import { isUploadError, receiveUpload, sendObject } from '@anybucket/http';
import type { StoredUpload } from '@anybucket/http';
import { InjectBucket, StorageModule } from './storage.module.js';

@Controller('photos')
class PhotosController {
  constructor(@InjectBucket('photos') private readonly photos: Bucket) {}

  @Post()
  async upload(@Req() request: IncomingMessage): Promise<readonly StoredUpload[]> {
    try {
      const options = { key: () => randomUUID(), maxFileSize: 5_000_000, types: ['image/*'] };
      return (await receiveUpload(request, this.photos, options)).files;
    } catch (error) {
      if (!isUploadError(error)) throw error;
      throw new HttpException({ code: error.code }, error.status, { cause: error });
    }
  }

  @Get(':key')
  download(@Param('key') key: string, @Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    return sendObject(this.photos, key, request, response);
  }
}

@Module({ imports: [StorageModule.forFeature('photos')], controllers: [PhotosController] })
export class PhotosModule {}
