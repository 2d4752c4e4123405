import assert from 'node:assert/strict';
import type { CopyOptions } from '../../api/options.js';
import { MiB, readBytes, inChunks, pattern, readText } from '../bodies.js';
import { expectError, assertSameBytes } from '../assertions.js';
import { entriesOf } from '../calls.js';
import { contractCase } from '../contract-case.js';
import { md5 } from '../reference.js';

const headers = {
  contentType: 'text/html; charset=utf-8',
  cacheControl: 'no-cache',
  contentDisposition: 'inline',
  contentEncoding: 'gzip',
  contentLanguage: 'de',
  expires: new Date('2035-05-06T07:08:09Z'),
  metadata: { a: 'b', text: 'Grüße' },
};

/** Targets of a copy of `k`, a multipart upload. */
const multipartTargets: Readonly<Record<string, { target: string; options: CopyOptions }>> = {
  'copy/multipart-source/other-key': { target: 'target', options: {} },
  'copy/multipart-source/same-key': { target: 'k', options: { metadata: { c: 'd' } } },
};

/** Server-side copies. */
export const copyCases = [
  contractCase('copy/preserves-attributes', async ({ bucket }) => {
    await bucket.put('source', 'the body', headers);
    const before = await bucket.stat('source');
    const result = await bucket.fcopyTo(bucket.name, 'target', 'source');
    const [source, target] = await bucket.stat(['source', 'target']);
    assert.deepEqual(source, before);
    // The trait `copiesKeepChecksums` is about checksums.
    const optional = { versionId: undefined, checksum: undefined };
    const { key: _key, lastModified: _time, versionId: _version, checksum: _checksum, ...rest } = { ...optional, ...target };
    const attributes = { ...optional, ...source };
    const { key: _sourceKey, lastModified: _sourceTime, versionId: _sourceVersion, checksum: _sourceChecksum, ...expected } = attributes;
    assert.deepEqual(rest, expected);
    assert.equal(await readText(bucket, 'target'), 'the body');
    assert.deepEqual([result.etag, result.lastModified], [target?.etag, target?.lastModified]);
    assert.ok((target?.lastModified ?? 0) >= (source?.lastModified ?? 0));
  }),

  contractCase('copy/across-buckets', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await bucket.put('dir/source', 'the body', headers);
    await bucket.fcopyTo(other.name, 'x/y/target', 'dir/source');
    assert.equal(await readText(other, 'x/y/target'), 'the body');
    assert.deepEqual({ ...(await other.stat('x/y/target')).metadata }, headers.metadata);
    assert.deepEqual(await bucket.listFilename(), ['dir/source']);
    assert.deepEqual(await other.listFilename(), ['x/y/target']);
  }),

  contractCase('copy/same-key-across-buckets', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await bucket.put('k', 'mine');
    await other.put('k', 'theirs');
    await bucket.fcopyTo(other.name, 'k', 'k');
    assert.equal(await readText(other, 'k'), 'mine');
  }),

  contractCase('copy/replaces-target', async ({ bucket }) => {
    await bucket.put('target', pattern(100_000), { ...headers, metadata: { old: 'yes' } });
    await bucket.put('source', 'new');
    await bucket.fcopyTo(bucket.name, 'target', 'source');
    const info = await bucket.stat('target');
    assert.deepEqual(
      [info.size, info.contentType, { ...info.metadata }, 'cacheControl' in info, 'expires' in info],
      [3, 'binary/octet-stream', {}, false, false],
    );
    assert.equal(await readText(bucket, 'target'), 'new');
  }),

  contractCase('copy/missing-source', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await other.put('target', 'old');
    await bucket.put('sourc', 'body');
    await expectError(() => bucket.fcopyTo(other.name, 'target', 'source'), 'NoSuchKey', {
      operation: 'fcopyTo',
      bucket: bucket.name,
      key: 'source',
    });
    assert.equal(await readText(other, 'target'), 'old');
    await expectError(() => bucket.fcopyTo(bucket.name, 'source', 'source', { metadata: {} }), 'NoSuchKey');
    assert.deepEqual(await bucket.listFilename(), ['sourc']);
  }),

  contractCase('copy/same-key-unchanged', async ({ bucket }) => {
    await bucket.put('k', 'body', headers);
    await expectError(() => bucket.fcopyTo(bucket.name, 'k', 'k'), 'InvalidRequest', {
      operation: 'fcopyTo',
      bucket: bucket.name,
      key: 'k',
    });
    assert.deepEqual({ ...(await bucket.stat('k')).metadata }, headers.metadata);
  }),

  contractCase('copy/same-key-replacing', async ({ bucket }) => {
    const body = pattern(2 * MiB);
    await bucket.put('k', body, headers);
    const { etag } = await bucket.fcopyTo(bucket.name, 'k', 'k', { contentType: 'text/css', metadata: { new: 'yes' } });
    const info = await bucket.stat('k');
    assert.deepEqual(
      [info.etag, info.contentType, { ...info.metadata }, 'cacheControl' in info],
      [etag, 'text/css', { new: 'yes' }, false],
    );
    assertSameBytes(await readBytes(bucket, 'k'), body);
  }),

  contractCase('copy/replace-metadata', async ({ bucket }) => {
    await bucket.put('source', 'body', headers);
    await bucket.fcopyTo(bucket.name, 'target', 'source', { metadata: { New: ' yes ' } });
    const { contentType, metadata, ...rest } = await bucket.stat('target');
    // As in S3, new metadata replaces all headers, not only those given.
    assert.equal(contentType, 'binary/octet-stream');
    assert.deepEqual({ ...metadata }, { new: 'yes' });
    for (const name of ['cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage', 'expires'])
      assert.equal(name in rest, false, name);
    assert.deepEqual({ ...(await bucket.stat('source')).metadata }, headers.metadata);
  }),

  contractCase('copy/replace-header', async ({ bucket }) => {
    await bucket.put('source', 'body', headers);
    const expires = new Date('2041-01-01T00:00:00Z');
    await bucket.fcopyTo(bucket.name, 'target', 'source', { cacheControl: 'no-store', expires });
    const info = await bucket.stat('target');
    assert.deepEqual(
      [info.cacheControl, info.expires, info.contentType, { ...info.metadata }],
      ['no-store', expires, 'binary/octet-stream', {}],
    );
  }),

  contractCase('copy/replace-with-empty-metadata', async ({ bucket }) => {
    await bucket.put('source', 'body', headers);
    await bucket.fcopyTo(bucket.name, 'target', 'source', { metadata: {} });
    const info = await bucket.stat('target');
    assert.deepEqual([info.contentType, { ...info.metadata }, 'expires' in info], ['binary/octet-stream', {}, false]);
  }),

  ...entriesOf(multipartTargets).map(([id, { target, options }]) =>
    contractCase(
      id,
      async ({ datastore, bucket }) => {
        // The ETag of a copy is the plain MD5, even if the source was a multipart upload.
        const body = pattern(5 * MiB + 10);
        await bucket.put('k', inChunks(body, MiB), { partSize: 5 * MiB, metadata: { a: 'b' } });
        const { etag } = await bucket.fcopyTo(bucket.name, target, 'k', options);
        if (datastore.capabilities.md5Etags) assert.equal(etag, md5(body));
        assert.equal((await bucket.stat(target)).etag, etag);
        assertSameBytes(await readBytes(bucket, target), body);
      },
      { traits: ['md5Etags'] },
    ),
  ),

  contractCase('copy/keeps-etag', async ({ bucket }) => {
    for (const body of ['', 'body', pattern(2 * MiB)]) {
      const { etag } = await bucket.put('source', body);
      assert.equal((await bucket.fcopyTo(bucket.name, 'target', 'source')).etag, etag);
    }
  }),

  contractCase('copy/independent-of-source', async ({ bucket }) => {
    const body = pattern(100_000);
    await bucket.put('source', body, { metadata: { a: 'b' } });
    await bucket.fcopyTo(bucket.name, 'copy', 'source');
    await bucket.fcopyTo(bucket.name, 'second', 'copy');
    await bucket.put('source', 'other', { metadata: { a: 'changed' } });
    assertSameBytes(await readBytes(bucket, 'copy'), body);
    await bucket.delete('copy');
    assertSameBytes(await readBytes(bucket, 'second'), body);
    assert.deepEqual({ ...(await bucket.stat('second')).metadata }, { a: 'b' });
    assert.equal(await readText(bucket, 'source'), 'other');
  }),

  contractCase('copy/empty-object', async ({ bucket }) => {
    await bucket.put('source', '', { contentType: 'text/plain' });
    await bucket.fcopyTo(bucket.name, 'folder/', 'source');
    const info = await bucket.stat('folder/');
    assert.deepEqual([info.size, info.contentType], [0, 'text/plain']);
  }),

  contractCase('copy/concurrent', async ({ bucket }) => {
    const body = pattern(50_000);
    await bucket.put('source', body);
    const targets = Array.from({ length: 20 }, (_, index) => `copies/${index}`);
    await Promise.all(targets.map((target) => bucket.fcopyTo(bucket.name, target, 'source')));
    for (const target of targets) assertSameBytes(await readBytes(bucket, target), body);
  }),
];
