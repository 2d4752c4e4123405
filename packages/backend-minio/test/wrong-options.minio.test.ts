import { inspect } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { createDatastore } from '@anybucket/core';
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
  test.each([
    ['unknown:not-the-secret@', '', 'AccessDenied', 'accessKey'],
    ['KEY:not-the-secret@', '', 'AccessDenied', 'secretKey'],
    ['not-the-key@', '', 'ConfigError', 'secretKey'],
    ['not-the-key:not-the-secret@', '&tls=true', 'ConnectionFailed', 'tls: false'],
    ['KEY:not-the-secret@', '&region=no+where', 'ConfigError', 'region'],
    ['KEY:not-the-secret@', '&proxy=http%3A%2F%2Fuser%3Anot-the-password%40127.0.0.1%3A9', 'ConnectionFailed', 'proxy'],
  ])('a URL with %s and %s fails with %s', async (user, query, code, option) => {
    const { endPoint, port, accessKey } = address as MinioAddress;
    const url = `minio://${user.replace('KEY', accessKey)}${endPoint}:${port}?retries=0${query}`;
    const call = async (): Promise<void> => {
      await using datastore = await createDatastore(url, { env: { AWS_EC2_METADATA_DISABLED: 'true' } });
      await datastore.list();
    };
    const error = await failure(call(), code);
    expect(error.message).toContain(option);
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('not-the-');
  });

  describe.each([
    ['wrong secret key', { secretKey: 'not-the-secret' }, 'AccessDenied', 'secretKey'],
    ['unknown access key', { accessKey: 'not-the-key' }, 'AccessDenied', 'accessKey'],
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
