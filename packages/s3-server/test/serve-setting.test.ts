/** The setting `serve` of a datastore in a configuration. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import * as memory from '@anybucket/backend-memory';
import { createDatastore } from '@anybucket/core';
import { expect, onTestFinished, test } from 'vitest';

const options = { backends: { memory } };

test('starts a server with the datastore, and closes both', async () => {
  const buckets = { photos: { 'cat.txt': 'meow' } };
  const datastore = await createDatastore({ backend: 'memory', buckets, serve: { port: 0, region: 'eu-west-1' } }, options);
  expect(datastore.capabilities.presign).toBe(true);
  const url = await datastore.bucket('photos').presign('cat.txt');
  expect(url).toContain('%2Feu-west-1%2F');
  expect(await (await fetch(url)).text()).toBe('meow');
  await datastore.close();
  await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test.each([
  [9100, 'serve: expected an object'],
  [{ port: 'x' }, 'serve: `port` must be an integer'],
  [{ prot: 9100 }, 'serve: unknown option "prot"'],
  [{ accessKey: 'key' }, 'serve: `secretKey` must be a string'],
])('refuses the setting %j', async (serve, message) => {
  await expect(createDatastore({ backend: 'memory', serve } as never, options)).rejects.toMatchObject({
    code: 'ConfigError',
    message: expect.stringContaining(message),
  });
});

test('reports a port that is in use', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  await expect(createDatastore({ backend: 'memory', serve: { port } }, options)).rejects.toMatchObject({
    code: 'ConfigError',
    message: expect.stringContaining('serve: the server cannot listen: the port is in use'),
  });
});
