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
  DeleteOutcome,
  ObjectVersionId,
} from '@anybucket/core/backend';
import { copyObject, maxCopyBytes } from './operations/copy-object.js';
import { deleteObject, deleteObjects } from './operations/delete-objects.js';
import { getObject, headObject } from './operations/get-object.js';
import { ObjectLister } from './operations/list-objects.js';
import type { ListFeatures } from './operations/list-position.js';
import { putObject } from './operations/put-object.js';
import type { S3Client } from './s3/s3-client.js';

/** The primitives of one bucket. Each is implemented in `operations/`. */
export class MinioBucketDriver implements BucketDriver {
  readonly #s3: S3Client;
  readonly #name: string;
  readonly #lister: ObjectLister;

  constructor(s3: S3Client, name: string, features: ListFeatures) {
    this.#s3 = s3;
    this.#name = name;
    this.#lister = new ObjectLister(s3, name, features);
  }

  async headObject(key: string, call: HeadCall): Promise<ObjectInfo> {
    return headObject(this.#s3, this.#name, key, call);
  }

  async getObject(key: string, call: GetCall): Promise<DriverObject> {
    return getObject(this.#s3, this.#name, key, call);
  }

  async putObject(key: string, body: PutBody, call: PutCall): Promise<PutResult> {
    return putObject(this.#s3, this.#name, key, body, call);
  }

  async copyObject(key: string, source: CopySource, call: CopyCall): Promise<CopyResult> {
    return copyObject(this.#s3, this.#name, key, source, call, maxCopyBytes);
  }

  async deleteObject(key: string, call: DeleteCall): Promise<DeleteOutcome> {
    return deleteObject(this.#s3, this.#name, key, call);
  }

  async deleteObjects(targets: readonly ObjectVersionId[], call: DriverCall): Promise<readonly (DeleteOutcome | StorageError)[]> {
    return deleteObjects(this.#s3, this.#name, targets, call);
  }

  async listObjects(call: ListCall): Promise<DriverPage> {
    return this.#lister.listPage(call);
  }
}
