import type * as Api from '../bucket.js';
import type { StoredObject } from '../body/stored-object.js';
import type { PutData } from '../body/source.js';
import type { CallOptions, Datastore } from '../datastore.js';
import type { DatastoreDriver } from '../driver.js';
import { copyObject } from './copy.js';
import { deleteObject, deleteObjects } from './delete.js';
import { fgetObject } from './fget.js';
import { fputObject } from './fput.js';
import { getObject } from './get.js';
import type { Lifecycle } from './lifecycle.js';
import { iterateObjects, listFilenames, listObjects, listPage } from './list.js';
import { presignObject } from './presign.js';
import { putObject, splitPutArguments } from './put.js';
import { putRequest } from './put-request.js';
import { objectExists, statObject, statObjects } from './stat.js';
import { getTags, removeTags, setTags } from './tags.js';
import { Target } from './target.js';
import { getVersioning, listVersions, setVersioning } from './versions.js';

type Entry = Api.ListedObject | Api.CommonPrefix;

/** The one {@link Api.Bucket}: it hands each method to its operation. */
export class PortableBucket implements Api.Bucket {
  readonly name: string;
  readonly datastore: Datastore;
  readonly #target: Target;

  constructor(datastore: Datastore, name: string, driver: DatastoreDriver, lifecycle: Lifecycle) {
    this.name = name;
    this.datastore = datastore;
    this.#target = new Target(datastore, name, driver, lifecycle);
  }

  // What a listing gives follows from its options: the interface's overloads say it exactly.
  list: Api.Bucket['list'] = async (options?: Api.ListOptions) =>
    (await listObjects(this.#target, options)) as Entry[] as Api.ListedObject[];

  iterate: Api.Bucket['iterate'] = (options?: Api.ListOptions & Api.IterateOptions) =>
    iterateObjects(this.#target, options) as AsyncIterableIterator<Entry> as AsyncIterableIterator<Api.ListedObject>;

  listPage: Api.Bucket['listPage'] = async (options?: Api.ListOptions & Api.PageOptions) =>
    (await listPage(this.#target, options)) as Api.ListPage<Entry> as Api.ListPage<Api.ListedObject>;

  listFilename(options: Api.ListFilenameOptions & { readonly returnType: 'str' }): Promise<string>;
  listFilename(options?: Api.ListFilenameOptions & { readonly returnType?: 'array' | undefined }): Promise<string[]>;
  async listFilename(options?: Api.ListFilenameOptions): Promise<string | string[]> {
    return listFilenames(this.#target, options);
  }

  async get(key: string, options?: Api.GetOptions): Promise<StoredObject> {
    return getObject(this.#target, 'get', key, options);
  }

  async fget(key: string, filePath: string, options?: Api.FgetOptions): Promise<Api.ObjectInfo> {
    return fgetObject(this.#target, key, filePath, options);
  }

  put(key: string, data: PutData, length?: number, options?: Api.PutOptions): Promise<Api.PutResult>;
  put(key: string, data: PutData, options?: Api.PutOptions): Promise<Api.PutResult>;
  async put(key: string, data: PutData, third?: number | Api.PutOptions, fourth?: Api.PutOptions): Promise<Api.PutResult> {
    const { length, options } = splitPutArguments(third, fourth);
    return putObject(this.#target, key, data, length, options);
  }

  async fput(key: string, filePath: string, options?: Api.PutOptions): Promise<Api.PutResult> {
    return fputObject(this.#target, key, filePath, options);
  }

  async putRequest(url: string | URL, path: string, options?: Api.PutRequestOptions): Promise<Api.PutResult> {
    return putRequest(this.#target, url, path, options);
  }

  delete(key: string, options?: Api.DeleteOptions): Promise<void>;
  delete(keys: readonly string[], options?: CallOptions): Promise<Api.DeleteResult>;
  async delete(keys: string | readonly string[], options?: Api.DeleteOptions): Promise<void | Api.DeleteResult> {
    return Array.isArray(keys) ? deleteObjects(this.#target, keys, options) : deleteObject(this.#target, keys as string, options);
  }

  stat(key: string, options?: Api.StatOptions): Promise<Api.ObjectInfo>;
  stat(keys: readonly string[], options?: CallOptions): Promise<(Api.ObjectInfo | undefined)[]>;
  async stat(keys: string | readonly string[], options?: Api.StatOptions): Promise<Api.ObjectInfo | (Api.ObjectInfo | undefined)[]> {
    return Array.isArray(keys) ? statObjects(this.#target, keys, options) : statObject(this.#target, keys as string, options);
  }

  async fcopyTo(newBucket: string, objectName: string, objectSource: string, options?: Api.CopyOptions): Promise<Api.CopyResult> {
    return copyObject(this.#target, newBucket, objectName, objectSource, options);
  }

  async exists(key: string, options?: CallOptions): Promise<boolean> {
    return objectExists(this.#target, key, options);
  }

  async tags(key: string, options?: CallOptions & { readonly versionId?: string }): Promise<Record<string, string>> {
    return getTags(this.#target, key, options);
  }

  async setTags(key: string, tags: Api.Tags, options?: CallOptions & { readonly versionId?: string }): Promise<void> {
    return setTags(this.#target, key, tags, options);
  }

  async removeTags(key: string, options?: CallOptions & { readonly versionId?: string }): Promise<void> {
    return removeTags(this.#target, key, options);
  }

  async presign(method: 'GET' | 'PUT', key: string, options?: Api.PresignOptions): Promise<string> {
    return presignObject(this.#target, method, key, options);
  }

  async listVersions(options?: Api.ListVersionsOptions): Promise<Api.ObjectVersion[]> {
    return listVersions(this.#target, options);
  }

  async setVersioning(state: 'enabled' | 'suspended', options?: CallOptions): Promise<void> {
    return setVersioning(this.#target, state, options);
  }

  async versioning(options?: CallOptions): Promise<Api.VersioningState> {
    return getVersioning(this.#target, options);
  }
}
