import { inspect } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import type { MinioDatastore } from '../src/index.js';
import { failure, openDatastore } from './support.js';

const address = inject('minio');

const calls: Record<string, (datastore: MinioDatastore) => Promise<unknown>> = {
  list: (datastore) => datastore.list(),
  bucketExists: (datastore) => datastore.bucketExists('bucket'),
  createBucket: (datastore) => datastore.createBucket('bucket'),
  get: (datastore) => datastore.bucket('bucket').get('k'),
  stat: (datastore) => datastore.bucket('bucket').stat('k'),
  put: (datastore) => datastore.bucket('bucket').put('k', 'x'),
  'multipart put': (datastore) => datastore.bucket('bucket').put('k', Buffer.alloc(17 * 2 ** 20)),
};

describe.skipIf(address === undefined)('wrong options for a real server:', () => {
  describe.each([
    ['wrong secret key', { secretKey: 'not-the-secret' }, 'SignatureDoesNotMatch', 'secretKey'],
    ['unknown access key', { accessKey: 'not-the-key' }, 'InvalidAccessKeyId', 'accessKey'],
    ['TLS for a plain HTTP server', { tls: true }, 'ConnectionFailed', 'tls: false'],
  ] as const)('%s:', (_, options, code, option) => {
    test.each(Object.entries(calls))('%s fails and names the option', async (__, call) => {
      const datastore = openDatastore(address as MinioAddress, options);
      const error = await failure(call(datastore), code);
      expect(error.message).toContain(option);
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('not-the-');
      await datastore.close();
    });
  });
});
