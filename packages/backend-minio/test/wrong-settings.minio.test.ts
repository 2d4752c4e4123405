import { inspect } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import type { MinioAddress } from '@anybucket/minio-server';
import type { MinioDatastore } from '../src/index.js';
import { failure, open } from './support.js';

const address = inject('minio');

const calls: Record<string, (datastore: MinioDatastore) => Promise<unknown>> = {
  list: (datastore) => datastore.list(),
  bucketExists: (datastore) => datastore.bucketExists('bucket'),
  createBucket: (datastore) => datastore.createBucket('bucket'),
  get: (datastore) => datastore.bucket('bucket').get('k'),
  stat: (datastore) => datastore.bucket('bucket').stat('k'),
  put: (datastore) => datastore.bucket('bucket').put('k', 'x'),
  'put in parts': (datastore) => datastore.bucket('bucket').put('k', Buffer.alloc(17 * 2 ** 20)),
};

describe.skipIf(address === undefined)('a real server is met with', () => {
  describe.each([
    ['another secret key', { secretKey: 'not-the-secret' }, 'SignatureDoesNotMatch', 'secretKey'],
    ['an unknown access key', { accessKey: 'not-the-key' }, 'InvalidAccessKeyId', 'accessKey'],
    ['TLS', { tls: true }, 'ConnectionFailed', 'tls: false'],
  ] as const)('%s:', (_, options, code, named) => {
    test.each(Object.entries(calls))('%s fails, and says what to do', async (__, call) => {
      const datastore = open(address as MinioAddress, options);
      const error = await failure(call(datastore), code);
      expect(error.message).toContain(named);
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('not-the-');
      await datastore.close();
    });
  });
});
