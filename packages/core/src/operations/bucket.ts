import type { Bucket, Datastore } from '../api/datastore.js';
import type {
  CallOptions,
  CopyAllOptions,
  CopyOptions,
  CopyToOptions,
  CreateUploadOptions,
  DeleteAllOptions,
  DeleteOptions,
  FgetOptions,
  FputOptions,
  GetOptions,
  IterateOptions,
  KeysOptions,
  ListFilenameOptions,
  ListOptions,
  ListUploadsOptions,
  ListUploadsPageOptions,
  ListVersionsOptions,
  ListVersionsPageOptions,
  NamedCopyOptions,
  PageOptions,
  PresignOptions,
  PresignPostOptions,
  PutData,
  PutOptions,
  PutRequestOptions,
  StatOptions,
  TagsOptions,
} from '../api/options.js';
import type {
  BulkResult,
  CopyResult,
  DeleteOutcome,
  DeleteResult,
  ListPage,
  ObjectVersionId,
  PutResult,
  VersionsPage,
} from '../api/results.js';
import type { Upload, UploadInfo, UploadsPage } from '../api/uploads.js';
import type { CommonPrefix, ListedObject, ObjectInfo, ObjectSummary, ObjectVersion, Tags, VersioningState } from '../api/object-info.js';
import type { StoredObject } from '../body/stored-object.js';
import type { DriverPage } from '../driver/calls.js';
import type { DatastoreDriver } from '../driver/datastore-driver.js';
import type { DriverVersionsPage } from '../driver/optional-drivers.js';
import { copyAllObjects } from './copy-all.js';
import { copyObject, copyObjectTo } from './copy.js';
import { deleteAllObjects } from './delete-all.js';
import { deleteObject, deleteObjects } from './delete.js';
import { fgetObject } from './fget.js';
import { fputObject } from './fput.js';
import { getObject } from './get.js';
import type { Lifecycle } from './lifecycle.js';
import { iterateKeys, iterateObjects, iterateSummaries, listDetailedPage, listFilenames, listObjects, listPage } from './list.js';
import type { DetailedPageOptions } from './list.js';
import { moveObject } from './move.js';
import { presignObject } from './presign.js';
import { presignPost } from './presign-post.js';
import { putObject, splitPutArguments } from './put.js';
import { putRequest } from './put-request.js';
import { objectExists, statObject, statObjects } from './stat.js';
import { getTags, removeTags, setTags } from './tags.js';
import { BucketContext } from './bucket-context.js';
import { uploadHandle } from './upload-handle.js';
import { createUpload, listUploads, listUploadsPage } from './uploads.js';
import { getVersioning, listDetailedVersionsPage, listVersions, listVersionsPage, setVersioning } from './versions.js';

type Entry = ListedObject | CommonPrefix;

/** A global symbol, since a program may contain two copies of this package. */
const detailsProperty = Symbol.for('anybucket.listDetails');

interface DetailedListings {
  objects(options: DetailedPageOptions): Promise<DriverPage>;
  versions(options: ListVersionsPageOptions): Promise<DriverVersionsPage>;
}

/** The {@link Bucket} of every backend. Delegates each method to its operation. */
export class PortableBucket implements Bucket {
  readonly name: string;
  readonly datastore: Datastore;
  readonly #context: BucketContext;

  constructor(datastore: Datastore, name: string, driver: DatastoreDriver, lifecycle: Lifecycle) {
    this.name = name;
    this.datastore = datastore;
    this.#context = new BucketContext(datastore, name, driver, lifecycle);
  }

  get [detailsProperty](): DetailedListings {
    return {
      objects: (options) => listDetailedPage(this.#context, options),
      versions: (options) => listDetailedVersionsPage(this.#context, options),
    };
  }

  // The entry type depends on the options, as declared by the overloads of the interface.
  list: Bucket['list'] = async (options?: ListOptions) => (await listObjects(this.#context, options)) as Entry[] as ListedObject[];

  iterate: Bucket['iterate'] = (options?: ListOptions & IterateOptions) =>
    iterateObjects(this.#context, options) as AsyncIterableIterator<Entry> as AsyncIterableIterator<ListedObject>;

  listPage: Bucket['listPage'] = async (options?: ListOptions & PageOptions) =>
    (await listPage(this.#context, options)) as ListPage<Entry> as ListPage<ListedObject>;

  listFilename(options: ListFilenameOptions & { readonly returnType: 'str' }): Promise<string>;
  listFilename(options?: ListFilenameOptions & { readonly returnType?: 'array' | undefined }): Promise<string[]>;
  async listFilename(options?: ListFilenameOptions): Promise<string | string[]> {
    return listFilenames(this.#context, options);
  }

  get(key: string, options?: GetOptions): Promise<StoredObject> {
    return getObject(this.#context, key, options);
  }

  async fget(key: string, filePath: string, options?: FgetOptions): Promise<ObjectInfo> {
    return fgetObject(this.#context, key, filePath, options);
  }

  put(key: string, data: PutData, length?: number, options?: PutOptions): Promise<PutResult>;
  put(key: string, data: PutData, options?: PutOptions): Promise<PutResult>;
  put(key: string, data: PutData, third?: number | PutOptions, fourth?: PutOptions): Promise<PutResult> {
    const { length, options } = splitPutArguments(third, fourth);
    return putObject(this.#context, key, data, length, options);
  }

  async fput(key: string, filePath: string, options?: FputOptions): Promise<PutResult> {
    return fputObject(this.#context, key, filePath, options);
  }

  async putRequest(url: string | URL, path: string, options?: PutRequestOptions): Promise<PutResult> {
    return putRequest(this.#context, url, path, options);
  }

  delete(key: string, options?: DeleteOptions): Promise<DeleteOutcome>;
  delete(keys: readonly (string | ObjectVersionId)[], options?: CallOptions): Promise<DeleteResult>;
  async delete(keys: string | readonly (string | ObjectVersionId)[], options?: DeleteOptions): Promise<DeleteOutcome | DeleteResult> {
    return Array.isArray(keys) ? deleteObjects(this.#context, keys, options) : deleteObject(this.#context, keys as string, options);
  }

  stat(key: string, options?: StatOptions): Promise<ObjectInfo>;
  stat(keys: readonly string[], options?: CallOptions): Promise<(ObjectInfo | undefined)[]>;
  stat(keys: string | readonly string[], options?: StatOptions): Promise<ObjectInfo | (ObjectInfo | undefined)[]> {
    return Array.isArray(keys) ? statObjects(this.#context, keys, options) : statObject(this.#context, keys as string, options);
  }

  fcopyTo(newBucket: string, objectName: string, objectSource: string, options?: CopyOptions): Promise<CopyResult>;
  fcopyTo(newBucket: string, options: NamedCopyOptions): Promise<CopyResult>;
  async fcopyTo(
    newBucket: string,
    objectName: string | NamedCopyOptions,
    objectSource?: string,
    options?: CopyOptions,
  ): Promise<CopyResult> {
    return copyObject(this.#context, newBucket, objectName, objectSource, options);
  }

  async copy(source: string, target: string, options?: CopyToOptions): Promise<CopyResult> {
    return copyObjectTo(this.#context, source, target, options);
  }

  async move(source: string, target: string, options?: CopyToOptions): Promise<CopyResult> {
    return moveObject(this.#context, source, target, options);
  }

  async deleteAll(options: DeleteAllOptions): Promise<BulkResult> {
    return deleteAllObjects(this.#context, options);
  }

  async copyAll(options: CopyAllOptions): Promise<BulkResult> {
    return copyAllObjects(this.#context, options);
  }

  keys(options?: KeysOptions): AsyncIterableIterator<string> {
    return iterateKeys(this.#context, options);
  }

  objects(options?: KeysOptions): AsyncIterableIterator<ObjectSummary> {
    return iterateSummaries(this.#context, options) as AsyncIterableIterator<ObjectSummary>;
  }

  async exists(key: string, options?: CallOptions): Promise<boolean> {
    return objectExists(this.#context, key, options);
  }

  async tags(key: string, options?: TagsOptions): Promise<Record<string, string>> {
    return getTags(this.#context, key, options);
  }

  async setTags(key: string, tags: Tags, options?: TagsOptions): Promise<void> {
    return setTags(this.#context, key, tags, options);
  }

  async removeTags(key: string, options?: TagsOptions): Promise<void> {
    return removeTags(this.#context, key, options);
  }

  async presign(key: string, options?: PresignOptions): Promise<string> {
    return presignObject(this.#context, key, options);
  }

  async presignPost(options: PresignPostOptions): Promise<{ readonly url: string; readonly fields: Record<string, string> }> {
    return presignPost(this.#context, options);
  }

  async createUpload(key: string, options?: CreateUploadOptions): Promise<Upload> {
    return createUpload(this.#context, key, options);
  }

  upload(key: string, id: string): Upload {
    return uploadHandle(this.#context, key, id);
  }

  async listUploads(options?: ListUploadsOptions): Promise<UploadInfo[]> {
    return listUploads(this.#context, options);
  }

  async listUploadsPage(options?: ListUploadsPageOptions): Promise<UploadsPage> {
    return listUploadsPage(this.#context, options);
  }

  async listVersions(options?: ListVersionsOptions): Promise<ObjectVersion[]> {
    return listVersions(this.#context, options);
  }

  async listVersionsPage(options?: ListVersionsPageOptions): Promise<VersionsPage> {
    return listVersionsPage(this.#context, options);
  }

  async setVersioning(state: 'enabled' | 'suspended', options?: CallOptions): Promise<void> {
    return setVersioning(this.#context, state, options);
  }

  async versioning(options?: CallOptions): Promise<VersioningState> {
    return getVersioning(this.#context, options);
  }
}

/**
 * Returns one page of a listing with what the backend knows of its entries beyond the portable fields: `details` of {@link ListCall}. There are
 * none if the bucket is not based on `PortableDatastore`. S3: ListObjectsV2.
 *
 * @throws the errors of `Bucket.listPage`.
 */
export async function listPageWithDetails(bucket: Bucket, options: DetailedPageOptions): Promise<DriverPage> {
  const listings = detailedListings(bucket);
  if (listings !== undefined) return listings.objects(options);
  const { entries, nextToken } = await bucket.listPage(options);
  return { entries, truncated: nextToken !== undefined };
}

/** Returns one page of versions with their details, as {@link listPageWithDetails} does. S3: ListObjectVersions. */
export async function listVersionsPageWithDetails(bucket: Bucket, options: ListVersionsPageOptions): Promise<DriverVersionsPage> {
  const listings = detailedListings(bucket);
  if (listings !== undefined) return listings.versions(options);
  const { entries, next } = await bucket.listVersionsPage(options);
  return { entries: [...entries], truncated: next !== undefined };
}

function detailedListings(bucket: Bucket): DetailedListings | undefined {
  return (bucket as { readonly [detailsProperty]?: DetailedListings })[detailsProperty];
}
