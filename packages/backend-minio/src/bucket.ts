import type { CopyResult, ObjectInfo, PutResult } from '@anybucket/core';
import type {
  BucketDriver,
  CopyCall,
  CopySource,
  DeleteCall,
  DriverCall,
  DriverObject,
  DriverPage,
  GetCall,
  HeadCall,
  ListCall,
  PutBody,
  PutCall,
  StorageError,
} from '@anybucket/core/backend';
import type { S3Server } from './http/s3-server.js';
import { copyObject, maxCopySize } from './operations/copy-object.js';
import { deleteObject, deleteObjects } from './operations/delete-objects.js';
import { ObjectLister } from './operations/list-objects.js';
import type { ListingTraits } from './operations/listing-traits.js';
import { putObject } from './operations/put-object.js';
import { getObject, headObject } from './operations/read-object.js';

/** The primitives of one bucket, each in a file of its own. */
export class MinioBucketDriver implements BucketDriver {
  readonly #server: S3Server;
  readonly #name: string;
  readonly #lister: ObjectLister;

  constructor(server: S3Server, name: string, traits: ListingTraits) {
    this.#server = server;
    this.#name = name;
    this.#lister = new ObjectLister(server, name, traits);
  }

  async headObject(key: string, call: HeadCall): Promise<ObjectInfo> {
    return headObject(this.#server, this.#name, key, call);
  }

  async getObject(key: string, call: GetCall): Promise<DriverObject> {
    return getObject(this.#server, this.#name, key, call);
  }

  async putObject(key: string, body: PutBody, call: PutCall): Promise<PutResult> {
    return putObject(this.#server, this.#name, key, body, call);
  }

  async copyObject(key: string, source: CopySource, call: CopyCall): Promise<CopyResult> {
    return copyObject(this.#server, this.#name, key, source, call, maxCopySize);
  }

  async deleteObject(key: string, call: DeleteCall): Promise<void> {
    return deleteObject(this.#server, this.#name, key, call);
  }

  async deleteObjects(
    keys: readonly string[],
    call: DriverCall,
  ): Promise<readonly { readonly key: string; readonly error: StorageError }[]> {
    return deleteObjects(this.#server, this.#name, keys, call);
  }

  async listObjects(call: ListCall): Promise<DriverPage> {
    return this.#lister.page(call);
  }
}
