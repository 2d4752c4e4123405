import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { MinioDatastore } from '../src/index.js';
import { failure } from './support.js';

vi.mock('@aws-sdk/credential-provider-node', () => {
  throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
});

test('a profile that needs the AWS SDK names the package to install', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'anybucket-profile-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'config'), '[profile sso]\nsso_session = dev\n');
  const env = { AWS_CONFIG_FILE: join(folder, 'config'), AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'), AWS_PROFILE: 'sso' };
  await using datastore = new MinioDatastore({ endPoint: '127.0.0.1', port: 9 }, { env });
  const error = await failure(datastore.list(), 'ConfigError');
  expect(error.message).toContain('npm install @aws-sdk/credential-provider-node');
});
