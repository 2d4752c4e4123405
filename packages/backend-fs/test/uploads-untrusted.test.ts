import fs, {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Bucket, Upload } from '@anybucket/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { scratch, textOf } from './support/scratch.js';

const scope = scratch();
const isWindows = process.platform === 'win32';
let root: string;
let bucket: Bucket;
let upload: Upload;
let directory: string;

beforeEach(async () => {
  ({ root, bucket } = await scope.bucket());
  upload = await bucket.createUpload('k');
  await upload.putPart(1, 'part');
  directory = join(root, '.anybucket/buckets/photos/uploads', upload.id);
});

function openDescriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}

function editStart(from: string | RegExp, to: string): void {
  const path = join(directory, 'upload.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
}

describe.each<[string, () => void]>([
  ['missing', () => rmSync(join(directory, 'upload.json'))],
  ['empty', () => writeFileSync(join(directory, 'upload.json'), '')],
  ['not JSON', () => writeFileSync(join(directory, 'upload.json'), Buffer.alloc(10_000, 0xff))],
  ['another version', () => editStart('"anybucket":1', '"anybucket":2')],
  ['of another key', () => editStart('"key":"k"', '"key":"other"')],
  ['of an invalid key', () => editStart('"key":"k"', '"key":"../k"')],
  ['with an invalid time', () => editStart(/"created":\d+/, '"created":1e300')],
  ['with an unknown checksum', () => editStart(/"created":/, '"checksum":"MD4","created":')],
  ['with invalid metadata', () => editStart(/"type":/, '"type":"x/y","metadata":{"a b":"x"},"ignored":')],
  ['with a content type that is no text', () => editStart(/"type":"[^"]*"/, '"type":1')],
  [
    'a directory',
    () => {
      rmSync(join(directory, 'upload.json'));
      mkdirSync(join(directory, 'upload.json'));
    },
  ],
])('an upload.json that is %s', (_name, damage) => {
  test('counts as no upload', async () => {
    damage();
    const before = openDescriptors();
    for (const call of [() => upload.putPart(1, 'x'), () => upload.listParts(), () => upload.complete([{ partNumber: 1, etag: 'x' }])])
      await expect(call()).rejects.toMatchObject({ code: 'NoSuchUpload' });
    await upload.abort();
    expect((await bucket.listUploads()).map(({ key }) => key)).toEqual(_name === 'of another key' ? ['other'] : []);
    expect(await bucket.listFilename()).toEqual([]);
    expect(openDescriptors()).toBeLessThanOrEqual(before + 4);
  });
});

function editPart(change: (bytes: Buffer) => Buffer): void {
  const path = join(directory, '1');
  const { atime, mtime } = fs.statSync(path);
  writeFileSync(path, change(readFileSync(path)));
  utimesSync(path, atime, mtime);
}

function editTrailer(from: string | RegExp, to: string): () => void {
  return () =>
    editPart((bytes) =>
      Buffer.concat([bytes.subarray(0, 4), Buffer.from(bytes.subarray(4).toString().replace(from, to).slice(0, 512).padEnd(512))]),
    );
}

describe.each<[string, () => void]>([
  ['truncated', () => truncateSync(join(directory, '1'), 100)],
  ['longer than its trailer', () => editPart((bytes) => Buffer.concat([Buffer.from('more'), bytes]))],
  ['without a trailer', () => editPart(() => Buffer.alloc(10_000, 'x'))],
  ['of another number', editTrailer('"part":1', '"part":2')],
  ['of another size', editTrailer('"size":4', '"size":-4')],
  ['with an invalid ETag', editTrailer(/"etag":"../, '"etag":"Zz')],
  ['with an invalid time', editTrailer(/"modified":\d+/, '"modified":1e99')],
  ['with an invalid checksum', editTrailer(/\}/, ',"checksum":"CRC32 x"}')],
  [
    'a directory',
    () => {
      rmSync(join(directory, '1'));
      mkdirSync(join(directory, '1'));
    },
  ],
])('the file of a part that is %s', (_name, damage) => {
  test('counts as no part', async () => {
    const { etag } = (await upload.listParts())[0] ?? { etag: '' };
    damage();
    const before = openDescriptors();
    expect(await upload.listParts()).toEqual([]);
    await expect(upload.complete([{ partNumber: 1, etag }])).rejects.toMatchObject({ code: 'InvalidPart' });
    expect(openDescriptors()).toBeLessThanOrEqual(before + 4);
    expect(await bucket.listFilename()).toEqual([]);
  });
});

test('a body that was changed by hand is refused', async () => {
  writeFileSync(join(directory, '1'), Buffer.concat([Buffer.from('PART'), readFileSync(join(directory, '1')).subarray(4)]));
  await expect(upload.complete()).rejects.toMatchObject({ code: 'InvalidPart' });
  await upload.putPart(1, 'again');
  await upload.complete();
  expect(await textOf(bucket, 'k')).toBe('again');
});

test('files that are no parts are ignored', async () => {
  for (const name of ['0', '01', '10001', '1.part', 'x']) writeFileSync(join(directory, name), readFileSync(join(directory, '1')));
  expect((await upload.listParts()).map(({ partNumber }) => partNumber)).toEqual([1]);
  await upload.complete();
  expect(await bucket.listUploads()).toEqual([]);
});

test.each(['../../../../../outside', '..', '.', 'x', '', '/etc', '00000000000000-00000000-0000-0000-0000-000000000000/../x'])(
  'the id %j is that of no upload',
  async (id) => {
    if (id === '') return;
    await expect(bucket.upload('k', id).listParts()).rejects.toMatchObject({ code: 'NoSuchUpload' });
    await bucket.upload('k', id).abort();
    expect(await bucket.listUploads()).toHaveLength(1);
  },
);

describe.skipIf(isWindows)('symbolic links', () => {
  let outside: string;

  beforeEach(() => {
    outside = scope.directory();
    writeFileSync(join(outside, '1'), readFileSync(join(directory, '1')));
    writeFileSync(join(outside, 'upload.json'), readFileSync(join(directory, 'upload.json')));
  });

  async function expectUntouched(): Promise<void> {
    expect(readdirSync(outside).toSorted()).toEqual(['1', 'upload.json']);
    expect(readFileSync(join(outside, '1')).subarray(0, 4).toString()).toBe('part');
    expect(await bucket.listFilename()).toEqual([]);
  }

  test('in the place of a part are not read', async () => {
    rmSync(join(directory, '1'));
    symlinkSync(join(outside, '1'), join(directory, '1'));
    expect(await upload.listParts()).toEqual([]);
    await upload.abort();
    await expectUntouched();
  });

  test('in the place of an upload are not followed', async () => {
    renameSync(directory, `${directory}.old`);
    symlinkSync(outside, directory);
    const other = scope.open(root).bucket('photos');
    await expect(other.upload('k', upload.id).putPart(1, 'x')).rejects.toMatchObject({ code: 'NoSuchUpload' });
    await expect(other.upload('k', upload.id).listParts()).rejects.toMatchObject({ code: 'NoSuchUpload' });
    await other
      .upload('k', upload.id)
      .abort()
      .catch(() => {});
    expect(await other.listUploads().catch(() => [])).toEqual([]);
    await expectUntouched();
  });

  test('in the place of all uploads are not followed', async () => {
    const uploads = join(root, '.anybucket/buckets/photos/uploads');
    renameSync(uploads, `${uploads}.old`);
    mkdirSync(join(outside, 'x'));
    symlinkSync(join(outside, 'x'), uploads);
    const other = scope.open(root);
    await expect(other.bucket('photos').createUpload('k')).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(await other.bucket('photos').listUploads()).toEqual([]);
    expect(readdirSync(join(outside, 'x'))).toEqual([]);
    rmSync(join(outside, 'x'), { recursive: true });
    await other.removeBucket('photos');
    await other.createBucket('photos');
    await expectUntouched();
  });
});
