import type { CommonPrefix, ObjectVersion } from '@anybucket/core';
import { StorageError, compareKeys } from '@anybucket/core/backend';
import type { BucketDriver, DatastoreDriver, DriverVersionsPage, DriverWrapper, ListVersionsCall } from '@anybucket/core/backend';
import type { FaultyDriver } from './override.js';
import { bodyOf, faultsOf, mapInfo, overrideBucket, overrideDatastore, overrideTags, overrideVersions } from './override.js';

const listAll: ListVersionsCall = { prefix: '', delimiter: '', maxKeys: 1000 };

/** Combines wrappers. */
const all =
  (...wrappers: readonly DriverWrapper[]): DriverWrapper =>
  (driver) =>
    wrappers.reduce((inner, wrap) => wrap(inner), driver);

/** Changes the version ids that calls receive. */
const mapVersionId = (change: (versionId: string | undefined) => string | undefined): DriverWrapper =>
  all(
    overrideBucket((inner) => ({
      headObject: (key, call) => inner.headObject(key, { ...call, versionId: change(call.versionId) }),
      getObject: (key, call) => inner.getObject(key, { ...call, versionId: change(call.versionId) }),
      copyObject: (key, source, call) => inner.copyObject(key, { ...source, versionId: change(source.versionId) }, call),
      deleteObject: (key, call) => inner.deleteObject(key, { ...call, versionId: change(call.versionId) }),
      deleteObjects: (targets, call) =>
        inner.deleteObjects(
          targets.map(({ key, versionId }) => ({ key, versionId: change(versionId) })),
          call,
        ),
    })),
    overrideTags((inner) => ({
      getTags: (bucket, key, call) => inner.getTags(bucket, key, { ...call, versionId: change(call.versionId) }),
      setTags: (bucket, key, tags, call) => inner.setTags(bucket, key, tags, { ...call, versionId: change(call.versionId) }),
    })),
  );

/** Changes the pages of versions. */
const mapVersions = (change: (page: DriverVersionsPage, call: ListVersionsCall) => DriverVersionsPage): DriverWrapper =>
  overrideVersions((inner) => ({ listVersions: async (bucket, call) => change(await inner.listVersions(bucket, call), call) }));

/** Changes the parameters of `listVersions`. */
const mapListCall = (change: (call: ListVersionsCall) => ListVersionsCall): DriverWrapper =>
  overrideVersions((inner) => ({ listVersions: (bucket, call) => inner.listVersions(bucket, change(call)) }));

const mapEntries = (change: (entry: ObjectVersion) => ObjectVersion): DriverWrapper =>
  mapVersions(({ entries, truncated }) => ({
    entries: entries.map((entry) => (entry.isPrefix === true ? entry : change(entry))),
    truncated,
  }));

async function versionsOf(driver: DatastoreDriver, bucket: string, prefix = ''): Promise<ObjectVersion[]> {
  const page = await driver.versions?.listVersions(bucket, { ...listAll, prefix });
  return (page?.entries ?? []).filter((entry): entry is ObjectVersion => entry.isPrefix !== true);
}

/** Removes all older entries of a key. */
async function forgetOlder(driver: DatastoreDriver, bucket: string, key: string): Promise<void> {
  for (const version of await versionsOf(driver, bucket, key))
    if (version.key === key && !version.isLatest) await driver.bucket(bucket).deleteObject(key, { versionId: version.versionId });
}

async function putEmpty(bucket: BucketDriver, key: string): Promise<void> {
  const attributes = { contentType: 'a/b', metadata: {} };
  await bucket.putObject(key, bodyOf(new Uint8Array(0)), { attributes, tags: {}, partSize: 1e7, concurrency: 1 });
}

/** Changes the error of every read. */
const mapReadError = (change: (error: StorageError) => StorageError): DriverWrapper => {
  const changed = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw error instanceof StorageError ? change(error) : error;
    }
  };
  return overrideBucket((inner) => ({
    headObject: (key, call) => changed(inner.headObject(key, call)),
    getObject: (key, call) => changed(inner.getObject(key, call)),
  }));
};

/** Remembers the state of each bucket, and passes another one to the driver. */
const rememberState =
  (change: (state: 'enabled' | 'suspended') => 'enabled' | 'suspended' | undefined): DriverWrapper =>
  (driver) => {
    const states = new Map<string, 'enabled' | 'suspended'>();
    return overrideVersions((inner) => ({
      async setVersioning(bucket, state, call) {
        await inner.getVersioning(bucket, call);
        states.set(bucket, state);
        const changed = change(state);
        if (changed !== undefined) await inner.setVersioning(bucket, changed, call);
      },
      getVersioning: async (bucket, call) => states.get(bucket) ?? inner.getVersioning(bucket, call),
    }))(driver);
  };

const deleteForGood = overrideBucket((inner, name, driver) => ({
  async deleteObject(key, call) {
    if (call.versionId !== undefined) return inner.deleteObject(key, call);
    await inner.deleteObject(key, call);
    for (const version of await versionsOf(driver, name, key)) if (version.key === key) await inner.deleteObject(key, version);
    return {};
  },
}));

/** Versions. */
export const faultyVersions: readonly FaultyDriver[] = [
  ...faultsOf(
    'version ids are ignored',
    mapVersionId(() => undefined),
    'versioning/read-after-overwrite',
    'versioning/delete-version',
    'versioning/delete-version-if-match',
    'versioning/delete-marker-removed',
    'versioning/unknown-version',
    'versioning/copy-version',
    'versioning/object-before-enabling',
    'versioning/version-tags',
    'versioning/unknown-version-disabled',
    'versioning/unknown-version-of-missing-key',
    'versioning/null-id-without-null-version',
    'versioning/forms-of-an-id',
    'versioning/id-of-another-key',
    'versioning/deleted-id-stays-deleted',
    'versioning/malformed-id/get',
    'versioning/malformed-id/stat',
    'versioning/malformed-id/delete',
    'versioning/malformed-id/copy',
    'versioning/malformed-id/tags',
    'versioning/malformed-id/set-tags',
    'versioning/malformed-id/missing-key',
    'versioning/delete-marker/get',
    'versioning/delete-marker/stat',
    'versioning/delete-marker/get-range',
    'versioning/delete-marker/get-condition',
    'versioning/delete-marker/tags',
    'versioning/delete-marker/set-tags',
    'versioning/copy-of-deleted',
    'versioning/delete-null-version',
    'versioning/delete-null-marker',
    'versioning/delete-unknown-version-outcome',
    'versioning/batch-delete-versions',
    'versioning/batch-delete-mixed',
    'versioning/batch-delete-markers',
    'versioning/get-version-range',
    'versioning/get-version-conditions',
    'versioning/fget-version',
    'versioning/attributes-per-version',
    'versioning/open-body-of-deleted-version',
    'versioning/copy-restores-attributes',
    'versioning/copy-version-conditions',
    'versioning/tags-change-nothing-else',
    'versioning/tags-per-version',
    'versioning/multipart-body',
  ),
  ...faultsOf(
    'unknown version ids name the latest version',
    mapVersionId((id) => (id?.startsWith('1111') === true ? undefined : id)),
    'versioning/unknown-version',
    'versioning/unknown-version-disabled',
  ),
  ...faultsOf(
    'version ids are compared as text',
    overrideBucket((inner) => ({
      async getObject(key, call) {
        if (call.versionId !== undefined && call.versionId !== 'null' && !/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(call.versionId))
          throw new StorageError({ code: 'NoSuchVersion', message: 'no such version' });
        return inner.getObject(key, call);
      },
    })),
    'versioning/forms-of-an-id',
    'versioning/malformed-id/get',
  ),
  ...faultsOf(
    'the id null names no version',
    mapVersionId((id) => (id === 'null' ? '11111111-2222-4333-8444-555555555555' : id)),
    'versioning/null-id-disabled',
    'versioning/null-version-kept',
  ),
  ...faultsOf(
    'setVersioning has no effect on writes',
    rememberState(() => undefined),
    'versioning/read-after-delete',
    'versioning/list',
    'versioning/ids-are-unique',
    'versioning/suspended-keeps-ids',
    'versioning/delete-creates-marker',
    'versioning/delete-twice',
    'versioning/delete-suspended-over-version',
    'versioning/copy-creates-version',
    'versioning/copy-current-version-onto-itself',
    'versioning/put-result-matches-list',
    'versioning/list-prefix',
    'versioning/concurrent-puts',
    'versioning/concurrent-deletes',
  ),
  ...faultsOf(
    'suspended versioning stays enabled',
    rememberState(() => 'enabled'),
    'versioning/suspended',
    'versioning/suspended-put-replaces-null',
    'versioning/delete-suspended',
    'versioning/delete-suspended-over-version',
    'versioning/delete-suspended-keeps-versions',
    'versioning/put-over-null-marker',
    'versioning/copy-suspended',
    'versioning/concurrent-suspended-puts',
  ),
  ...faultsOf(
    'a state cannot be set twice',
    overrideVersions((inner) => ({
      async setVersioning(bucket, state, call) {
        if ((await inner.getVersioning(bucket, call)) !== 'enabled') await inner.setVersioning(bucket, state, call);
      },
    })),
    'versioning/states',
    'versioning/states-repeated',
  ),
  ...faultsOf(
    'setVersioning changes all buckets',
    overrideVersions((inner, driver) => ({
      async setVersioning(_bucket, state, call) {
        for (const name of await driver.listBuckets(call)) await inner.setVersioning(name, state, call);
      },
    })),
    'versioning/state-per-bucket',
  ),
  ...faultsOf(
    'the state of a bucket outlives the bucket',
    rememberState((state) => state),
    'versioning/recreated-bucket',
  ),
  ...faultsOf(
    'puts always return a version id',
    overrideBucket((inner) => ({
      putObject: async (key, body, call) => ({ versionId: 'null', ...(await inner.putObject(key, body, call)) }),
    })),
    'versioning/disabled',
    'versioning/folder-key',
  ),
  ...faultsOf(
    'copies always return a version id',
    overrideBucket((inner) => ({
      copyObject: async (key, source, call) => ({ versionId: 'null', ...(await inner.copyObject(key, source, call)) }),
    })),
    'versioning/copy-to-bucket-without-versions',
    'versioning/copy-suspended',
  ),
  ...faultsOf(
    'a delete without a version removes all versions',
    deleteForGood,
    'versioning/read-after-delete',
    'versioning/delete-creates-marker',
    'versioning/remove-bucket',
    'versioning/pages/of-1',
  ),
  ...faultsOf(
    'a delete returns the id as it was given',
    overrideBucket((inner) => ({
      async deleteObject(key, call) {
        const outcome = await inner.deleteObject(key, call);
        return call.versionId === undefined ? outcome : { ...outcome, versionId: call.versionId };
      },
    })),
    'versioning/delete-by-other-name',
  ),
  ...faultsOf(
    'a delete always creates a delete marker',
    overrideBucket((inner) => ({
      async deleteObject(key, call) {
        if (call.versionId === undefined) await putEmpty(inner, key);
        return inner.deleteObject(key, call);
      },
    })),
    'versioning/delete-missing-key',
    'versioning/delete-twice',
    'versioning/delete-suspended-over-marker',
    'versioning/concurrent-deletes',
  ),
  ...faultsOf(
    'a batch creates delete markers for missing keys',
    overrideBucket((inner) => ({
      async deleteObjects(targets, call) {
        for (const { key, versionId } of targets) if (versionId === undefined) await putEmpty(inner, key);
        return inner.deleteObjects(targets, call);
      },
    })),
    'versioning/batch-delete-missing-keys',
  ),
  ...faultsOf(
    'a batch removes the latest version instead of hiding it',
    overrideBucket((inner) => ({
      async deleteObjects(targets, call) {
        const results = [];
        for (const { key, versionId } of targets) {
          const latest = versionId ?? (await inner.headObject(key, {}).catch(() => undefined))?.versionId;
          results.push(await inner.deleteObject(key, { ...call, versionId: latest }));
        }
        return results;
      },
    })),
    'versioning/batch-delete-adds-markers',
    'versioning/batch-delete-mixed',
  ),
  ...faultsOf(
    'deletes report no outcome',
    overrideBucket((inner) => ({
      async deleteObject(key, call) {
        await inner.deleteObject(key, call);
        return {};
      },
    })),
    'versioning/delete-version-outcome',
    'versioning/delete-twice',
  ),
  ...faultsOf(
    'errors do not name delete markers',
    mapReadError(({ code, message }) => new StorageError({ code, message })),
    'versioning/delete-marker-in-error',
  ),
  ...faultsOf(
    'a delete marker as the latest version is MethodNotAllowed',
    mapReadError((error) =>
      error.deleteMarker === undefined ? error : new StorageError({ code: 'MethodNotAllowed', message: 'a marker' }),
    ),
    'versioning/delete-marker-absent',
  ),
  ...faultsOf(
    'the version null has an id in metadata',
    mapInfo((info) => ({ versionId: 'null', ...info })),
    'versioning/null-id-disabled',
    'versioning/disabled',
  ),
  ...faultsOf(
    'a copy removes the older versions of its target',
    overrideBucket((inner, name, driver) => ({
      async copyObject(key, source, call) {
        const result = await inner.copyObject(key, source, call);
        await forgetOlder(driver, name, key);
        return result;
      },
    })),
    'versioning/copy-creates-version',
    'versioning/copy-onto-itself-replacing',
  ),
  ...faultsOf(
    'a put removes the older versions of its key',
    overrideBucket((inner, name, driver) => ({
      async putObject(key, body, call) {
        const result = await inner.putObject(key, body, call);
        await forgetOlder(driver, name, key);
        return result;
      },
    })),
    'versioning/read-after-overwrite',
    'versioning/null-version-kept',
    'versioning/pages/of-2',
    'versioning/pages/of-3',
    'versioning/pages/of-5',
  ),
  ...faultsOf(
    'conditions are ignored',
    overrideBucket((inner) => ({
      putObject: (key, body, call) => inner.putObject(key, body, { ...call, conditions: undefined }),
    })),
    'versioning/conditions-on-delete-marker',
    'versioning/condition-refers-to-latest',
    'versioning/create-over-delete-marker',
  ),
  ...faultsOf(
    'buckets without versions list none',
    overrideVersions((inner) => ({
      async listVersions(bucket, call) {
        const page = await inner.listVersions(bucket, call);
        return (await inner.getVersioning(bucket, call)) === 'off' ? { entries: [], truncated: false } : page;
      },
    })),
    'versioning/list-disabled',
  ),
  ...faultsOf(
    'versions are listed in UTF-16 order',
    mapVersions(({ entries, truncated }) => ({
      entries: entries.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))),
      truncated,
    })),
    'versioning/list-key-order',
  ),
  ...faultsOf(
    'versions are listed from oldest to newest',
    mapVersions(({ entries, truncated }) => ({ entries: entries.toReversed().sort((a, b) => compareKeys(a.key, b.key)), truncated })),
    'versioning/list',
    'versioning/suspended-put-replaces-null',
  ),
  ...faultsOf(
    'delete markers are listed as versions',
    mapEntries((entry) => ({ ...entry, isDeleteMarker: false })),
    'versioning/delete-suspended',
    'versioning/delete-marker-removed',
  ),
  ...faultsOf(
    'every version is listed as the latest',
    mapEntries((entry) => ({ ...entry, isLatest: true })),
    'versioning/concurrent-puts',
    'versioning/list',
  ),
  ...faultsOf(
    'listVersions ignores the prefix',
    mapListCall((call) => ({ ...call, prefix: '' })),
    'versioning/list-prefix',
    'versioning/pages/after-outside-of-prefix',
  ),
  ...faultsOf(
    'listVersions ignores the delimiter',
    mapListCall((call) => ({ ...call, delimiter: '' })),
    'versioning/pages/delimiter',
    'versioning/pages/common-prefix-per-page',
  ),
  ...faultsOf(
    'listVersions ignores the position',
    mapListCall(({ after: _after, ...call }) => call),
    'versioning/pages/after-key',
    'versioning/pages/after-version',
    'versioning/pages/after-null-version',
    'versioning/pages/of-1',
  ),
  ...faultsOf(
    'listVersions skips the rest of the key of a position',
    mapListCall((call) => ({ ...call, after: call.after === undefined ? undefined : { key: call.after.key } })),
    'versioning/pages/after-version',
    'versioning/pages/after-removed-version',
    'versioning/pages/of-2',
  ),
  ...faultsOf(
    'listObjects lists deleted keys',
    overrideBucket((_inner, name, driver) => ({
      async listObjects({ startAfter, maxKeys, prefix }) {
        const versions = (await versionsOf(driver, name, prefix)).filter(
          ({ key, isLatest }) => isLatest && compareKeys(key, startAfter) > 0,
        );
        const entries = versions.map(({ key, size, etag, lastModified }) => ({ key, size, etag, lastModified }));
        return { entries: entries.slice(0, maxKeys), truncated: entries.length > maxKeys };
      },
    })),
    'versioning/list-omits-deleted-keys',
    'versioning/delete-marker-absent',
  ),
  ...faultsOf(
    'listObjects lists every version',
    overrideBucket((inner, name, driver) => ({
      async listObjects(call) {
        const page = await inner.listObjects(call);
        const versions = await versionsOf(driver, name);
        const entries = page.entries.flatMap((entry): (typeof entry | CommonPrefix)[] =>
          entry.isPrefix === true ? [entry] : versions.filter(({ key }) => key === entry.key).map(({ size }) => ({ ...entry, size })),
        );
        return { ...page, entries: entries.slice(0, call.maxKeys) };
      },
    })),
    'versioning/list-has-latest-versions',
  ),
  ...faultsOf(
    'keys that end in / stay after a delete',
    overrideBucket((inner) => ({
      deleteObject: async (key, call) => (key.endsWith('/') ? {} : inner.deleteObject(key, call)),
      deleteObjects: async (targets, call) => {
        await inner.deleteObjects(
          targets.filter(({ key, versionId }) => versionId !== undefined || !key.endsWith('/')),
          call,
        );
        return targets.map(() => ({}));
      },
    })),
    'versioning/folder-key',
    'versioning/folder-key-suspended',
  ),
  ...faultsOf(
    'removeBucket ignores old versions',
    overrideDatastore((driver) => ({
      async removeBucket(name, call) {
        const bucket = driver.bucket(name);
        const { entries } = await bucket.listObjects({ prefix: '', delimiter: '', startAfter: '', maxKeys: 1, metadata: false });
        if (entries.length === 0)
          for (const { key, versionId } of await versionsOf(driver, name)) await bucket.deleteObject(key, { versionId });
        return driver.removeBucket(name, call);
      },
    })),
    'versioning/remove-bucket',
    'versioning/read-after-delete',
  ),
];
