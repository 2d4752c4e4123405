import type { Bucket, VersionMarker } from '@anybucket/core';
import type { MinioAddress } from '@anybucket/minio-server';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { MinioDatastore } from '../src/index.js';
import { copyInParts } from '../src/operations/copy-object.js';
import { serverProfiles } from '../src/server/server-profiles.js';
import { failure, openDatastore, openS3Client, pattern, scratchBucket } from './support.js';

const profile = serverProfiles.minio;

const address = inject('minio');
const mib = 2 ** 20;

describe.skipIf(address === undefined)('versions', () => {
  let datastore: MinioDatastore;
  let bucket: Bucket & AsyncDisposable;
  beforeAll(async () => {
    datastore = openDatastore(address as MinioAddress);
    bucket = await scratchBucket(datastore);
    await bucket.setVersioning('enabled');
  });
  afterAll(async () => {
    await bucket[Symbol.asyncDispose]();
    await datastore.close();
  });

  describe('pages', () => {
    // Siblings of a folder that sort before it, keys that begin with dots, and histories that span pages.
    const keys = [
      '!1',
      '!2',
      '!3',
      '!4',
      '!5',
      '-',
      '.a',
      '.b/x',
      '.b/y',
      '.c.d',
      'f',
      'f!d/1',
      'f-',
      'f.',
      'fd/.a',
      'fd/.b',
      'fd/1',
      'fd/2',
      'g',
      'gfd/1',
    ];
    let listed: { key: string; versionId: string }[];
    beforeAll(async () => {
      await Promise.all(keys.map((key) => bucket.put(key, 'one')));
      for (const key of ['f-', 'fd/.b', '.c.d']) {
        for (const body of ['two', 'three', 'four']) await bucket.put(key, body);
        await bucket.delete(key);
      }
      listed = await bucket.listVersions();
    });

    test('contain all keys', () => {
      expect([...new Set(listed.map(({ key }) => key))]).toEqual(keys);
      expect(listed).toHaveLength(keys.length + 12);
    });

    const cases = ['', 'f', 'fd/', '.', 'fd/.', '.c', 'h'].flatMap((prefix) =>
      [undefined, '/', 'd', '.', '-', 'd/'].map((delimiter) => ({ prefix, delimiter })),
    );
    test.each(cases)('have the same entries in any size: %o', async ({ prefix, delimiter }) => {
      const expected = new Set(
        listed
          .filter(({ key }) => key.startsWith(prefix))
          .map(({ key, versionId }) => {
            const index = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
            return index < 0 ? `${key} ${versionId}` : key.slice(0, index + (delimiter?.length ?? 0));
          }),
      );
      for (const pageSize of [1, 2, 3, 1000]) {
        const entries: string[] = [];
        let after: VersionMarker | undefined;
        do {
          const page = await bucket.listVersionsPage({ prefix, delimiter, pageSize, after });
          entries.push(...page.entries.map((entry) => (entry.isPrefix === true ? entry.key : `${entry.key} ${entry.versionId}`)));
          after = page.next;
        } while (after !== undefined);
        expect({ pageSize, entries }).toEqual({ pageSize, entries: [...expected] });
      }
    });

    test.each(['.', '..', 'fd/./x', 'fd/../x', '.b/.'])('continue after the key %o, which the server refuses', async (key) => {
      const { entries } = await bucket.listVersionsPage({ after: { key } });
      expect([...new Set(entries.map((entry) => entry.key))]).toEqual(keys.filter((other) => other > key));
    });
  });

  test('a delete of the delete marker `null` removes it while versioning is enabled', async () => {
    await using own = await scratchBucket(datastore);
    await own.setVersioning('suspended');
    await own.put('k', 'body');
    await own.delete('k');
    await own.setVersioning('enabled');
    const { versionId } = await own.put('k', 'newer');
    await own.delete('k', { versionId: 'null' });
    expect(await own.listVersions()).toMatchObject([{ versionId, isDeleteMarker: false }]);
  });

  test.each(['off', 'enabled', 'suspended'] as const)('a folder key is deleted by its version while versioning is %s', async (state) => {
    await using own = await scratchBucket(datastore);
    if (state !== 'off') await own.setVersioning(state);
    for (const key of ['one/', 'two/', 'two/x', 'k']) await own.put(key, 'body');
    await own.delete('one/', { versionId: 'null' });
    const { deleted } = await own.delete([
      { key: 'two/', versionId: 'null' },
      { key: 'missing/', versionId: 'null' },
    ]);
    expect(deleted).toEqual(['two/', 'missing/']);
    expect(await own.listFilename()).toEqual(['k', 'two/x']);
  });

  test('a copy in parts returns the version that it created', async () => {
    const client = openS3Client(address as MinioAddress);
    try {
      await bucket.put('source', pattern(6 * mib));
      const info = await bucket.stat('source');
      const source = { bucket: bucket.name, key: 'source' };
      const plan = { profile, bucket: bucket.name, key: 'copy', source, call: {}, info, pinned: true };
      const copy = await copyInParts(client, plan, 5 * mib);
      expect(await bucket.listVersions({ prefix: 'copy' })).toMatchObject([{ versionId: copy.versionId, etag: copy.etag }]);
    } finally {
      client.close();
    }
  });

  test('a malformed version id of the source of a copy is InvalidArgument', async () => {
    await bucket.put('k', 'body');
    await failure(bucket.fcopyTo(bucket.name, 'copy', 'k', { sourceVersionId: 'abc' }), 'InvalidArgument');
  });
});
