import type { CopyResult, ObjectInfo, PutResult, Tags } from '@anybucket/core';
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
import { withMissingTarget } from './operations/write-conditions.js';
import type { S3Client } from './s3/s3-client.js';
import type { ServerDetection, UsedCapabilities } from './server/server-detection.js';

/** The primitives of one bucket. Each is implemented in `operations/`. */
export class MinioBucketDriver implements BucketDriver {
  readonly #s3: S3Client;
  readonly #name: string;
  readonly #lister: ObjectLister;
  readonly #server: ServerDetection;

  constructor(s3: S3Client, name: string, features: ListFeatures, server: ServerDetection) {
    this.#s3 = s3;
    this.#name = name;
    this.#server = server;
    this.#lister = new ObjectLister(s3, name, features);
  }

  async headObject(key: string, call: HeadCall): Promise<ObjectInfo> {
    if (call.versionId !== undefined) await this.#require(key, { versioning: true }, call);
    return headObject(this.#s3, this.#name, key, call);
  }

  async getObject(key: string, call: GetCall): Promise<DriverObject> {
    if (call.versionId !== undefined) await this.#require(key, { versioning: true }, call);
    return getObject(this.#s3, this.#name, key, call);
  }

  async putObject(key: string, body: PutBody, call: PutCall): Promise<PutResult> {
    const { conditions, checksum, tags } = call;
    await this.#require(key, { conditionalPut: conditions, tags: hasTags(tags), checksums: checksum }, call);
    return putObject(this.#s3, { profile: this.#server.profile, bucket: this.#name, key, call }, body);
  }

  async copyObject(key: string, source: CopySource, call: CopyCall): Promise<CopyResult> {
    const { conditions, tags = {} } = call;
    await this.#require(key, { conditionalCopy: conditions, tags: hasTags(tags), versioning: source.versionId }, call);
    return copyObject(this.#s3, this.#server.profile, this.#name, key, source, call, maxCopyBytes);
  }

  async deleteObject(key: string, call: DeleteCall): Promise<DeleteOutcome> {
    await this.#require(key, { conditionalDelete: call.ifMatch, versioning: call.versionId }, call);
    const { ifMatch, signal } = call;
    const head = async (): Promise<ObjectInfo> => headObject(this.#s3, this.#name, key, { signal });
    return withMissingTarget(this.#server.profile, ifMatch, head, async () => deleteObject(this.#s3, this.#name, key, call));
  }

  async deleteObjects(targets: readonly ObjectVersionId[], call: DriverCall): Promise<readonly (DeleteOutcome | StorageError)[]> {
    const namesVersion = targets.some(({ versionId }) => versionId !== undefined);
    if (namesVersion) await this.#require(undefined, { versioning: true }, call);
    return deleteObjects(this.#s3, this.#name, targets, call);
  }

  async listObjects(call: ListCall): Promise<DriverPage> {
    return this.#lister.listPage(call);
  }

  async #require(key: string | undefined, used: UsedCapabilities, { signal }: DriverCall): Promise<void> {
    return this.#server.require(this.#s3, { bucket: this.#name, key }, used, signal);
  }
}

function hasTags(tags: Tags): boolean {
  return Object.keys(tags).length > 0;
}
