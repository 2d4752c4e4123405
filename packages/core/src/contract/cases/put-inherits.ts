import assert from 'node:assert/strict';
import type { Bucket } from '../../api/datastore.js';
import type { PutData, PutOptions } from '../../api/options.js';
import type { StoredObject } from '../../body/stored-object.js';
import { readText } from '../bodies.js';
import { contractCase } from '../contract-case.js';

const expires = new Date('2031-02-03T04:05:06Z');
const attributes: PutOptions = {
  contentType: 'text/x-source',
  cacheControl: 'no-store',
  contentDisposition: 'attachment',
  contentEncoding: 'x-plain',
  contentLanguage: 'fr',
  expires,
  metadata: { a: 'b', c: 'd' },
};

/** Returns the headers and the metadata of an object. */
async function attributesOf(bucket: Bucket, key: string): Promise<unknown> {
  const {
    contentType,
    cacheControl,
    contentDisposition,
    contentEncoding,
    contentLanguage,
    expires: time,
    metadata,
  } = await bucket.stat(key);
  const headers = { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires: time };
  return { ...headers, metadata: { ...metadata } };
}

/** Returns an open object as another copy of the library returns it. */
function fromAnotherCopy(object: StoredObject): StoredObject {
  const copy = {
    info: object.info,
    bodyUsed: object.bodyUsed,
    stream: () => object.stream(),
    [Symbol.for('anybucket.StoredObject')]: true,
  };
  return copy as unknown as StoredObject;
}

/** The attributes that the data of a put brings along. */
export const putInheritsCases = [
  contractCase('put-inherits/type-of-blob', async ({ bucket }) => {
    const data: Readonly<Record<string, PutData>> = {
      'text/x-blob': new Blob(['body'], { type: 'text/x-blob' }),
      'text/x-file': new File(['body'], 'name.json', { type: 'text/x-file' }),
      'binary/octet-stream': new File(['body'], 'name.json'),
    };
    for (const [type, blob] of Object.entries(data)) {
      await bucket.put('k', blob);
      assert.equal((await bucket.stat('k')).contentType, type);
      await bucket.put('k', blob, { contentType: 'text/x-option' });
      assert.equal((await bucket.stat('k')).contentType, 'text/x-option');
      await bucket.put('k', blob, { contentType: undefined });
      assert.equal((await bucket.stat('k')).contentType, type);
    }
  }),

  contractCase('put-inherits/attributes-of-object', async ({ bucket, createAnotherBucket }) => {
    const other = await createAnotherBucket();
    await bucket.put('k', 'the body', attributes);
    await other.put('copy', await bucket.get('k'));
    assert.deepEqual(await attributesOf(other, 'copy'), attributes);
    assert.equal(await readText(other, 'copy'), 'the body');
    await other.put('range', await bucket.get('k', { range: { start: 4 } }));
    assert.deepEqual(await attributesOf(other, 'range'), attributes);
    await other.put('from-another-copy', fromAnotherCopy(await bucket.get('k')));
    assert.deepEqual(await attributesOf(other, 'from-another-copy'), attributes);
  }),

  contractCase('put-inherits/options-take-precedence', async ({ bucket }) => {
    await bucket.put('k', 'the body', attributes);
    await bucket.put('copy', await bucket.get('k'), { contentType: 'text/x-new', metadata: {} });
    assert.deepEqual(await attributesOf(bucket, 'copy'), { ...attributes, contentType: 'text/x-new', metadata: {} });
    await bucket.put('copy', await bucket.get('k'), { cacheControl: 'private', metadata: { e: 'f' } });
    assert.deepEqual(await attributesOf(bucket, 'copy'), { ...attributes, cacheControl: 'private', metadata: { e: 'f' } });
  }),
];
