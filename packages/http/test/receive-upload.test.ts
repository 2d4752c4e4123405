/** Forms and raw bodies, from web requests and from Node requests over a real connection. */
import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { FsDatastore } from '@anybucket/backend-fs';
import { MemoryDatastore } from '@anybucket/backend-memory';
import type { Bucket, Datastore } from '@anybucket/core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { isUploadError, receiveUpload } from '../src/index.js';
import type { UploadOptions } from '../src/index.js';
import { keysOf, startServer } from './support.js';

const byName: UploadOptions = { key: ({ filename, index }) => filename ?? `file-${index}` };

const stores: Readonly<Record<string, () => Datastore>> = {
  memory: () => new MemoryDatastore(),
  fs: () => {
    const root = mkdtempSync(join(tmpdir(), 'anybucket-http-'));
    onTestFinished(() => rmSync(root, { recursive: true }));
    return new FsDatastore({ root });
  },
};

function formRequest(form: FormData): Request {
  return new Request('http://localhost/', { method: 'POST', body: form });
}

function rawForm(body: string, boundary = 'x'): Request {
  const headers = { 'Content-Type': `multipart/form-data; boundary=${boundary}` };
  return new Request('http://localhost/', { method: 'POST', body: body.replaceAll('\n', '\r\n'), headers });
}

function file(text: string, name: string, type = 'text/plain'): File {
  return new File([text], name, { type });
}

describe.each(Object.entries(stores))('%s', (_name, open) => {
  let bucket: Bucket;

  beforeEach(async () => {
    const store = open();
    await store.createBucket('uploads');
    bucket = store.bucket('uploads');
  });

  test('stores the files of a form and returns its fields', async () => {
    const form = new FormData();
    form.append('title', 'Cats');
    form.append('photo', file('meow', 'cat.txt'));
    form.append('photo', file('woof', 'dög.bin', 'application/x-dog'));
    form.append('tag', 'a');
    form.append('tag', 'b');
    const { files, fields } = await receiveUpload(formRequest(form), bucket, byName);
    expect(files).toMatchObject([
      { field: 'photo', filename: 'cat.txt', key: 'cat.txt', contentType: 'text/plain', size: 4, index: 0 },
      { field: 'photo', filename: 'dög.bin', key: 'dög.bin', contentType: 'application/x-dog', size: 4, index: 1 },
    ]);
    expect([...fields]).toEqual([
      ['title', 'Cats'],
      ['tag', 'a'],
      ['tag', 'b'],
    ]);
    const dog = await bucket.get('dög.bin');
    expect(dog.info).toMatchObject({ contentType: 'application/x-dog', etag: files[1]?.etag });
    expect(await dog.text()).toBe('woof');
  });

  test('stores nothing of a request with a file over the limit', async () => {
    const form = new FormData();
    form.append('a', file('small', 'a.txt'));
    form.append('b', file('x'.repeat(300_000), 'b.txt'));
    await expect(receiveUpload(formRequest(form), bucket, { ...byName, maxFileSize: 100_000 })).rejects.toMatchObject({
      code: 'FileTooLarge',
      status: 413,
      field: 'b',
    });
    expect(await keysOf(bucket)).toEqual([]);
  });

  test('accepts a file of exactly the limit', async () => {
    const form = new FormData();
    form.append('a', file('12345', 'a.txt'));
    expect((await receiveUpload(formRequest(form), bucket, { ...byName, maxFileSize: 5 })).files).toHaveLength(1);
  });

  test('keeps the object that a failed request would have replaced', async () => {
    await bucket.put('a.txt', 'old');
    const form = new FormData();
    form.append('a', file('new', 'a.txt'));
    form.append('b', file('<script>', 'b.html', 'text/html'));
    await expect(receiveUpload(formRequest(form), bucket, { ...byName, types: ['text/plain', 'image/*'] })).rejects.toMatchObject({
      code: 'TypeNotAllowed',
      status: 415,
    });
    expect(await keysOf(bucket)).toEqual(['a.txt']);
    expect(await (await bucket.get('a.txt')).text()).toBe('old');
  });

  test('removes completed files if another cannot be completed', async () => {
    await bucket.put('b.txt', 'taken');
    const form = new FormData();
    form.append('a', file('first', 'a.txt'));
    form.append('b', file('second', 'b.txt'));
    const result = receiveUpload(formRequest(form), bucket, { ...byName, onFile: () => ({ ifNoneMatch: '*' }) });
    await expect(result).rejects.toMatchObject({ code: 'PreconditionFailed' });
    expect(await keysOf(bucket)).toEqual(['b.txt']);
  });

  test('stores nothing if the client disconnects in the middle of a file', async () => {
    let failure: unknown;
    let settled = (): void => {};
    const done = new Promise<void>((resolve) => (settled = resolve));
    const url = await startServer((request) => {
      receiveUpload(request, bucket, byName)
        .catch((error: unknown) => (failure = error))
        .finally(settled);
    });
    const socket = connectSocket(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n' +
        '--x\r\nContent-Disposition: form-data; name="a"; filename="a.txt"\r\n\r\ncomplete\r\n' +
        '--x\r\nContent-Disposition: form-data; name="b"; filename="b.txt"\r\n\r\nhalf',
    );
    setTimeout(() => socket.destroy(), 50);
    await done;
    expect(failure).toMatchObject({ code: 'ClientDisconnected', status: 400 });
    expect(await keysOf(bucket)).toEqual([]);
  });
});

describe('receiveUpload', () => {
  let bucket: Bucket;

  beforeEach(async () => {
    const store = new MemoryDatastore();
    await store.createBucket('uploads');
    bucket = store.bucket('uploads');
  });

  test.each([
    ['photos/2026/cat.txt', 'cat.txt'],
    ['C:\\Users\\me\\cat.txt', 'cat.txt'],
    ['../../etc/passwd', 'passwd'],
    ['..', undefined],
    ['a/', undefined],
  ])('takes the last segment of the file name %j', async (sent, expected) => {
    const body = `--x\nContent-Disposition: form-data; name="a"; filename="${sent.replaceAll('\\', '\\\\')}"\n\nmeow\n--x--\n`;
    const { files } = await receiveUpload(rawForm(body), bucket, { key: 'fixed' });
    expect(files[0]?.filename).toBe(expected);
  });

  test('rejects a file name with a control character', async () => {
    const body = '--x\nContent-Disposition: form-data; name="a"; filename="a\u0001.txt"\n\nmeow\n--x--\n';
    await expect(receiveUpload(rawForm(body), bucket, byName)).rejects.toMatchObject({ code: 'InvalidFileName', status: 400 });
    expect(await keysOf(bucket)).toEqual([]);
  });

  test('ignores a file input without a file', async () => {
    const body = '--x\nContent-Disposition: form-data; name="a"; filename=""\nContent-Type: application/octet-stream\n\n\n--x--\n';
    expect(await receiveUpload(rawForm(body), bucket, byName)).toMatchObject({ files: [] });
    expect(await keysOf(bucket)).toEqual([]);
  });

  test('stores a file without a name', async () => {
    const body = '--x\nContent-Disposition: form-data; name="a"\nContent-Type: application/octet-stream\n\nmeow\n--x--\n';
    const { files } = await receiveUpload(rawForm(body), bucket, byName);
    expect(files).toMatchObject([{ key: 'file-0', size: 4 }]);
    expect(files[0]).not.toHaveProperty('filename');
  });

  test.each([
    [
      'a form without a boundary',
      new Request('http://localhost/', { method: 'POST', body: 'x', headers: { 'Content-Type': 'multipart/form-data' } }),
      'MalformedForm',
      400,
    ],
    ['a part without a name', rawForm('--x\nContent-Disposition: form-data; filename="a.txt"\n\nmeow\n--x--\n'), 'MalformedForm', 400],
    ['a part without Content-Disposition', rawForm('--x\nContent-Type: text/plain\n\nmeow\n--x--\n'), 'MalformedForm', 400],
    ['a part without headers', rawForm('--x\n\nmeow\n--x--\n'), 'MalformedForm', 400],
    ['a part that is no form data', rawForm('--x\nContent-Disposition: attachment; name="a"\n\nmeow\n--x--\n'), 'MalformedForm', 400],
    [
      'a file name with a line break',
      rawForm(`--x\nContent-Disposition: form-data; name="a"; filename*=UTF-8''a%0a.txt\n\nmeow\n--x--\n`),
      'MalformedForm',
      400,
    ],
    [
      'an ignored part after a file',
      rawForm('--x\nContent-Disposition: form-data; name="a"; filename="a.txt"\n\nmeow\n--x\nX-A: b\n\nmeow\n--x--\n'),
      'MalformedForm',
      400,
    ],
    [
      'a form that ends in a file',
      rawForm('--x\nContent-Disposition: form-data; name="a"; filename="a.txt"\n\nmeow'),
      'MalformedForm',
      400,
    ],
    ['a form that ends in a header', rawForm('--x\nContent-Disposition: form-da'), 'MalformedForm', 400],
    ['an empty form', rawForm(''), 'MalformedForm', 400],
    ['a body that is no form', rawForm('hello'), 'MalformedForm', 400],
    [
      'a URL-encoded form',
      new Request('http://localhost/', { method: 'POST', body: new URLSearchParams({ a: '1' }) }),
      'TypeNotAllowed',
      415,
    ],
  ])('rejects %s', async (_name, request, code, status) => {
    const error: unknown = await receiveUpload(request, bucket, byName).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code, status, name: 'UploadError' });
    expect(isUploadError(error, code as 'MalformedForm')).toBe(true);
    expect(await keysOf(bucket)).toEqual([]);
  });

  test('rejects more files than allowed', async () => {
    const form = new FormData();
    for (const name of ['a', 'b', 'c']) form.append('files', file(name, name));
    await expect(receiveUpload(formRequest(form), bucket, { ...byName, maxFiles: 2 })).rejects.toMatchObject({
      code: 'TooManyFiles',
      status: 413,
    });
    expect(await keysOf(bucket)).toEqual([]);
  });

  test('rejects two files with the same key', async () => {
    const form = new FormData();
    for (const text of ['1', '2']) form.append('files', file(text, 'a.txt'));
    await expect(receiveUpload(formRequest(form), bucket, byName)).rejects.toMatchObject({ code: 'DuplicateKey', status: 400 });
    expect(await keysOf(bucket)).toEqual([]);
  });

  test.each([
    ['too many fields', { maxFields: 1 }],
    ['too large fields', { maxFieldBytes: 10 }],
  ])('rejects %s', async (_name, limits) => {
    const form = new FormData();
    form.append('a', '12345');
    form.append('b', '12345');
    form.append('file', file('meow', 'cat.txt'));
    await expect(receiveUpload(formRequest(form), bucket, { ...byName, ...limits })).rejects.toMatchObject({
      code: 'FieldsTooLarge',
      status: 413,
    });
    expect(await keysOf(bucket)).toEqual([]);
  });

  test('rejects with the error of a key or of onFile, and stores nothing', async () => {
    const form = new FormData();
    form.append('a', file('1', 'a.txt'));
    form.append('b', file('2', 'b.txt'));
    const onFile = ({ field }: { field: string }): undefined => {
      if (field === 'b') throw new TypeError('no b');
    };
    await expect(receiveUpload(formRequest(form), bucket, { ...byName, onFile })).rejects.toThrow(new TypeError('no b'));
    await expect(receiveUpload(formRequest(form), bucket, { key: ({ index }) => `../${index}` })).rejects.toMatchObject({
      code: 'InvalidKey',
    });
    expect(await keysOf(bucket)).toEqual([]);
  });

  test('passes the options that onFile returns to put', async () => {
    const form = new FormData();
    form.append('owner', 'me');
    form.append('a', file('1', 'a.txt'));
    const onFile = ({ fields }: { fields: URLSearchParams }) => ({
      metadata: { owner: fields.get('owner') ?? '' },
      cacheControl: 'private',
    });
    await receiveUpload(formRequest(form), bucket, { ...byName, onFile });
    expect(await bucket.stat('a.txt')).toMatchObject({ metadata: { owner: 'me' }, cacheControl: 'private' });
  });

  test('stores a raw body', async () => {
    const headers = { 'Content-Type': 'image/png', 'Content-Encoding': 'gzip' };
    const request = new Request('http://localhost/', { method: 'PUT', body: 'pixels', headers });
    const { files } = await receiveUpload(request, bucket, { key: 'avatars/1', types: ['image/*'] });
    expect(files).toMatchObject([{ key: 'avatars/1', field: '', contentType: 'image/png', size: 6 }]);
    expect(await bucket.stat('avatars/1')).toMatchObject({ contentType: 'image/png', contentEncoding: 'gzip', size: 6 });
  });

  test('stores nothing of a raw body over the limit, with or without a declared length', async () => {
    const post = (body: string | ReadableStream): Request => {
      const init = { method: 'POST', body, headers: { 'Content-Type': 'image/png' }, duplex: 'half' };
      return new Request('http://localhost/', init as RequestInit);
    };
    for (const body of ['x'.repeat(2000), new Blob(['x'.repeat(2000)]).stream()])
      await expect(receiveUpload(post(body), bucket, { key: 'a', maxFileSize: 1000 })).rejects.toMatchObject({ code: 'FileTooLarge' });
    expect(await keysOf(bucket)).toEqual([]);
  });

  test('a client over the limit receives the response while it sends', async () => {
    const url = await startServer((request, response) => {
      receiveUpload(request, bucket, { ...byName, maxFileSize: 1000 }).then(
        () => response.end('stored'),
        (error: unknown) => response.writeHead((error as { status: number }).status).end(),
      );
    });
    const form = new FormData();
    form.append('a', file('x'.repeat(4_000_000), 'a.txt'));
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(413);
    expect((await fetch(url, { method: 'POST', body: 'x'.repeat(1_000_000) })).status).toBe(413);
    expect(await keysOf(bucket)).toEqual([]);
  });

  test('stores a large form that arrives slowly', async () => {
    const url = await startServer((request, response) => {
      receiveUpload(request, bucket, { ...byName, maxFileSize: Infinity }).then(
        ({ files }) => response.end(String(files[0]?.size)),
        (error: unknown) => response.destroy(error as Error),
      );
    });
    const form = new FormData();
    form.append('a', file('x'.repeat(20_000_000), 'a.txt'));
    expect(await (await fetch(url, { method: 'POST', body: form })).text()).toBe('20000000');
  });

  test('rejects a request whose body was already read', async () => {
    const request = formRequest(new FormData());
    await request.arrayBuffer();
    await expect(receiveUpload(request, bucket, byName)).rejects.toMatchObject({ code: 'BodyUsed' });
  });

  test('rejects an unknown option', async () => {
    const options = { ...byName, maxFilesize: 10 };
    await expect(receiveUpload(formRequest(new FormData()), bucket, options)).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  test('rejects options that contradict each other', async () => {
    const options = { key: 'a', maxFiles: 2 };
    await expect(receiveUpload(formRequest(new FormData()), bucket, options)).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(receiveUpload(formRequest(new FormData()), bucket, { ...byName, maxFileSize: -1 })).rejects.toMatchObject({
      code: 'InvalidArgument',
    });
  });

  test('stops when its signal is aborted', async () => {
    const form = new FormData();
    form.append('a', file('meow', 'a.txt'));
    const controller = new AbortController();
    const onFile = (): undefined => controller.abort(new Error('stop')) as undefined;
    await expect(receiveUpload(formRequest(form), bucket, { ...byName, onFile, signal: controller.signal })).rejects.toThrow('stop');
    expect(await keysOf(bucket)).toEqual([]);
  });
});
